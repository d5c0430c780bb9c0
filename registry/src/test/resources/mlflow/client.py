"""Drives a tracking server with the official Python client, the way a notebook would."""
import os
import sys
import tempfile

import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from onnx import TensorProto, helper

client = MlflowClient()
name = sys.argv[1] if len(sys.argv) > 1 else "user_events"


def tiny_model():
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2])
    graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "twice", [x], [y])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def refused(code, call):
    try:
        call()
    except MlflowException as e:
        assert e.error_code == code, (e.error_code, e.message)
    else:
        raise AssertionError("expected " + code)


experiment = mlflow.set_experiment("python " + name)
mlflow.set_experiment("python " + name)
client.set_experiment_tag(experiment.experiment_id, "team", "ml")
assert client.get_experiment(experiment.experiment_id).tags["team"] == "ml"
assert [e.name for e in client.search_experiments(filter_string="tags.team = 'ml' AND name LIKE 'python %'")] == ["python " + name]

with mlflow.start_run(run_name="first", tags={"commit": "abc"}) as run:
    mlflow.log_param("depth", 6)
    mlflow.log_params({"eta": 0.1, "note": "한글 'quoted'"})
    mlflow.log_metric("accuracy", 0.5, step=0)
    for step in range(1, 5):
        mlflow.log_metric("accuracy", 0.5 + step / 10, step=step)
    mlflow.log_metrics({"loss": 0.25, "nan": float("nan"), "inf": float("inf")}, step=1)
    mlflow.set_tags({"stage": "train", "long": "x" * 7000})
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report äö.txt")
        with open(path, "w") as f:
            f.write("report")
        mlflow.log_artifact(path, "reports")
        big = os.path.join(folder, "big.bin")
        with open(big, "wb") as f:
            f.write(os.urandom(12 << 20))
        mlflow.log_artifact(big)
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": 1}, "notes/a.json")
    dataset = mlflow.data.from_numpy(np.array([[1.0, 2.0]]), name="features")
    mlflow.log_input(dataset, context="training")
    rows = np.array([[1.0, 2.0]], dtype=np.float32)
    model = mlflow.onnx.log_model(tiny_model(), name="model", signature=infer_signature(rows, rows * 2))

run = client.get_run(run.info.run_id)
assert run.info.status == "FINISHED" and run.info.run_name == "first", run.info
assert run.data.params == {"depth": "6", "eta": "0.1", "note": "한글 'quoted'"}, run.data.params
assert run.data.metrics["accuracy"] == 0.9 and np.isnan(run.data.metrics["nan"]), run.data.metrics
assert run.data.metrics["inf"] == sys.float_info.max or np.isinf(run.data.metrics["inf"])
assert run.data.tags["commit"] == "abc"
assert [m.step for m in client.get_metric_history(run.info.run_id, "accuracy")] == [0, 1, 2, 3, 4]
assert run.inputs.dataset_inputs[0].dataset.name == "features"
refused("INVALID_PARAMETER_VALUE", lambda: client.log_param(run.info.run_id, "depth", 7))
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_run("0" * 32))

artifacts = sorted(a.path for a in client.list_artifacts(run.info.run_id))
assert artifacts == ["big.bin", "notes", "reports"] or artifacts == ["big.bin", "model", "notes", "reports"], artifacts
assert [a.path for a in client.list_artifacts(run.info.run_id, "reports")] == ["reports/report äö.txt"]
assert mlflow.artifacts.load_text(run.info.artifact_uri + "/notes/hello.txt") == "hello"
with tempfile.TemporaryDirectory() as folder:
    local = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="notes", dst_path=folder)
    assert sorted(os.listdir(local)) == ["a.json", "hello.txt"]

for filter_string, count in {
    "metrics.accuracy > 0.8": 1,
    "metrics.accuracy > 0.95": 0,
    "params.depth = '6' AND tags.commit = 'abc'": 1,
    "params.depth LIKE '_' AND attributes.run_name ILIKE 'FIR%'": 1,
    "attributes.run_id IN ('%s', 'other')" % run.info.run_id: 1,
    "tags.`stage` != 'train'": 0,
    "attributes.status = 'FINISHED' AND start_time > 0": 1,
    "params.missing IS NULL": 1,
}.items():
    found = client.search_runs([experiment.experiment_id], filter_string)
    assert len(found) == count, (filter_string, len(found))
refused("INVALID_PARAMETER_VALUE", lambda: client.search_runs([experiment.experiment_id], "metrics.accuracy >"))
for i in range(3):
    with mlflow.start_run(run_name=f"more-{i}"):
        mlflow.log_metric("accuracy", i / 10)
page = client.search_runs([experiment.experiment_id], order_by=["metrics.accuracy DESC"], max_results=3)
assert [r.info.run_name for r in page] == ["first", "more-2", "more-1"]
rest = client.search_runs([experiment.experiment_id], order_by=["metrics.accuracy DESC"], max_results=3, page_token=page.token)
assert [r.info.run_name for r in rest] == ["more-0"] and not rest.token
assert len(mlflow.search_runs(experiment_names=["python " + name])) == 4

version = mlflow.register_model(model.model_uri, name, tags={"feature_version": "v_20261123T020000"})
assert version.version in (1, "1") and client.get_model_version(name, "1").status == "READY"
by_run = mlflow.register_model(f"runs:/{run.info.run_id}/model", name)
client.set_registered_model_alias(name, "champion", "1")
client.set_registered_model_alias(name, "champion", by_run.version)
client.set_registered_model_alias(name, "champion", "1")
assert client.get_model_version_by_alias(name, "champion").run_id == run.info.run_id
assert client.get_registered_model(name).aliases == {"champion": "1"}
client.set_model_version_tag(name, "1", "gate", "passed")
assert [v.version for v in client.search_model_versions(f"name = '{name}' AND tags.gate = 'passed'")] in (["1"], [1])
assert len(client.search_model_versions(f"run_id = '{run.info.run_id}'")) == 2
assert [m.name for m in client.search_registered_models(f"name = '{name}'")] == [name]
refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_registered_model(name))
refused("INVALID_PARAMETER_VALUE", lambda: client.get_model_version_by_alias(name, "nobody"))
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model("nobody"))

loaded = mlflow.pyfunc.load_model(f"models:/{name}@champion")
assert list(loaded.predict(rows)["y"][0]) == [2.0, 4.0]
assert [m.model_id for m in mlflow.search_logged_models([experiment.experiment_id], output_format="list")] == [model.model_id]
mlflow.onnx.load_model(f"models:/{name}/1")

client.delete_registered_model_alias(name, "champion")
client.delete_model_version(name, by_run.version)
client.rename_registered_model(name, name + "_renamed")
client.delete_registered_model(name + "_renamed")
client.delete_run(run.info.run_id)
assert len(client.search_runs([experiment.experiment_id])) == 3
client.restore_run(run.info.run_id)
print("python client", mlflow.__version__, "done")
