"""The usual way to serve an ONNX model in Python, as the baseline of bench/serving/run."""
import os

import numpy as np
import onnxruntime as ort
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
