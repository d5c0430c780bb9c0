"""The usual way to serve an ONNX model in Python, as the baseline of bench/serving/run: `MODEL=FILE python fastapi_server.py PORT`.

Several processes on the same port share its connections. The socket is made here and not by `uvicorn --workers`, whose workers wait
40 ms for the peer in most answers: their sockets do not say that they are TCP, and so asyncio leaves Nagle's algorithm on.
"""
import os
import socket
import sys

import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(os.environ["MODEL"], options)
app = FastAPI()


class Rows(BaseModel):
    data: list[list[float]]


@app.post("/predict")
async def predict(rows: Rows):
    label, probabilities = session.run(None, {"input": np.asarray(rows.data, dtype=np.float32)})
    return {"predictions": label.tolist(), "probabilities": probabilities.tolist(), "model": "user_events", "version": 1}


if __name__ == "__main__":
    shared = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind(("127.0.0.1", int(sys.argv[1])))
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[shared])
