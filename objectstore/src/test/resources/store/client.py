"""Drives the store with boto3: endpoint, access key, secret, and another environment's keys as arguments."""
import os
import sys
import tempfile

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, key, secret, other_key, other_secret = sys.argv[1:]


def client(key, secret):
    return boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 1}))


def refused(codes, call):
    try:
        call()
    except ClientError as e:
        assert e.response["Error"]["Code"] in codes, e.response
    else:
        raise AssertionError("expected one of %s" % codes)


s3 = client(key, secret)
assert {"raw-dev", "features-dev", "artifacts-dev"} <= {b["Name"] for b in s3.list_buckets()["Buckets"]}

s3.put_object(Bucket="raw-dev", Key="daily/a.csv", Body=b"a,b\n", ContentType="text/csv", Metadata={"from": "boto3"})
head = s3.head_object(Bucket="raw-dev", Key="daily/a.csv")
assert head["ContentLength"] == 4 and head["ContentType"] == "text/csv" and head["Metadata"] == {"from": "boto3"}, head
assert s3.get_object(Bucket="raw-dev", Key="daily/a.csv", Range="bytes=2-2")["Body"].read() == b"b"
s3.put_object(Bucket="raw-dev", Key="once", Body=b"1", IfNoneMatch="*")
refused(["PreconditionFailed"], lambda: s3.put_object(Bucket="raw-dev", Key="once", Body=b"2", IfNoneMatch="*"))
assert s3.get_object(Bucket="raw-dev", Key="once")["Body"].read() == b"1"
refused(["PreconditionFailed"], lambda: s3.get_object(Bucket="raw-dev", Key="once", IfMatch='"0"'))

big = os.urandom(20 << 20)
with tempfile.NamedTemporaryFile() as f:
    f.write(big)
    f.flush()
    s3.upload_file(f.name, "raw-dev", "big")  # 8 MiB parts
assert s3.head_object(Bucket="raw-dev", Key="big")["ETag"].endswith('-3"')
assert s3.get_object(Bucket="raw-dev", Key="big")["Body"].read() == big
assert [o["Key"] for o in s3.list_objects_v2(Bucket="raw-dev")["Contents"]] == ["big", "daily/a.csv", "once"]

upload = s3.create_multipart_upload(Bucket="raw-dev", Key="never")
s3.upload_part(Bucket="raw-dev", Key="never", UploadId=upload["UploadId"], PartNumber=1, Body=b"half")
assert "never" not in [o["Key"] for o in s3.list_objects_v2(Bucket="raw-dev")["Contents"]]
s3.abort_multipart_upload(Bucket="raw-dev", Key="never", UploadId=upload["UploadId"])

s3.copy_object(Bucket="features-dev", Key="copy", CopySource="raw-dev/once")
assert s3.get_object(Bucket="features-dev", Key="copy")["Body"].read() == b"1"
s3.delete_objects(Bucket="raw-dev", Delete={"Objects": [{"Key": "once"}, {"Key": "big"}]})
assert s3.list_objects_v2(Bucket="raw-dev")["KeyCount"] == 1

presigned = s3.generate_presigned_url("get_object", Params={"Bucket": "raw-dev", "Key": "daily/a.csv"}, ExpiresIn=60)
import urllib.request
assert urllib.request.urlopen(presigned).read() == b"a,b\n"

refused(["SignatureDoesNotMatch"], lambda: client(key, "wrong").list_objects_v2(Bucket="raw-dev"))
refused(["InvalidAccessKeyId"], lambda: client(other_key, other_secret).list_objects_v2(Bucket="raw-dev"))
refused(["NoSuchKey"], lambda: s3.get_object(Bucket="raw-dev", Key="nothing"))
refused(["NoSuchBucket"], lambda: s3.list_objects_v2(Bucket="nowhere"))
unsigned = boto3.client(
    "s3", endpoint_url=endpoint, region_name="us-east-1",
    config=Config(signature_version=UNSIGNED, s3={"addressing_style": "path"}, retries={"max_attempts": 1}))
for call in (
        lambda: unsigned.list_buckets(),
        lambda: unsigned.list_objects_v2(Bucket="raw-dev"),
        lambda: unsigned.list_objects(Bucket="raw-dev"),
        lambda: unsigned.list_multipart_uploads(Bucket="raw-dev"),
        lambda: unsigned.get_bucket_acl(Bucket="raw-dev"),
        lambda: unsigned.get_object(Bucket="raw-dev", Key="daily/a.csv"),
        lambda: unsigned.put_object(Bucket="raw-dev", Key="new", Body=b"1"),
        lambda: unsigned.copy_object(Bucket="raw-dev", Key="new", CopySource="raw-dev/daily/a.csv"),
        lambda: unsigned.delete_object(Bucket="raw-dev", Key="daily/a.csv"),
        lambda: unsigned.create_bucket(Bucket="another"),
        lambda: unsigned.delete_bucket(Bucket="features-dev")):
    refused(["AccessDenied"], call)
for call in (lambda: unsigned.head_bucket(Bucket="raw-dev"), lambda: unsigned.head_object(Bucket="raw-dev", Key="daily/a.csv")):
    refused(["403"], call)
print("boto3", boto3.__version__, "done")
