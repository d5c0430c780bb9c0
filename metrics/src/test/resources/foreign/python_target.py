"""A target made with prometheus_client. Prints its port; its metrics stand still."""
import time
from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary, start_http_server

registry = CollectorRegistry()
counter = Counter('orders', 'Orders "taken"\nand kept.', ['shop'], registry=registry)
counter.labels('north "1"').inc(3, {'trace_id': 'abc'})
counter.labels('south\\2\n').inc(1e15)
gauge = Gauge('temperature_celsius', 'Now.', unit='celsius', registry=registry)
gauge.set(-1.5)
histogram = Histogram('latency_seconds', 'How long.', buckets=(0.005, 1, 2.5, 1000000), registry=registry)
for value in (0.001, 0.7, 2, 2.5, 9):
    histogram.observe(value, {'trace_id': 'of-%s' % value})
summary = Summary('size_bytes', 'How large.', registry=registry)
summary.observe(10)
Info('build', 'What it is.', registry=registry).info({'version': '1.2', 'commit': 'äöü'})
Enum('state', 'How it goes.', states=['up', 'down'], registry=registry).state('down')
special = Gauge('special', 'Odd values.', ['v'], registry=registry)
special.labels('nan').set(float('nan'))
special.labels('inf').set(float('inf'))
special.labels('tiny').set(2.5e-300)
server = start_http_server(0, '127.0.0.1', registry=registry)
print(server[0].server_address[1], flush=True)
while True:
    time.sleep(3600)
