package dev.gori.roles.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// The file-system blob store, made durable: bytes are synced before they get the object's name,
/// the folder is synced before the put is acknowledged, files that are still being written do not
/// show in listings, and a disk that runs full says so before anything is written.
final class DurableBlobs extends ForwardingBlobStore {

    private final Path root;
    private final FileStore disk;
    private final long keepFree;

    DurableBlobs(Path root, long keepFree) throws IOException {
        super(new FilesystemNio2BlobStore(root.toString()));
        this.root = root;
        this.disk = Files.getFileStore(root);
        this.keepFree = keepFree;
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream bytes) {
        expectRoom(request.contentLength() == null ? 0 : request.contentLength());
        var file = file(request.bucket(), request.key());
        return durably(file, () -> super.putBlob(request, new SyncAtEnd(bytes, file)));
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        expectRoom(0);
        var file = file(request.destinationBucket(), request.destinationKey());
        return durably(file, () -> super.copyBlob(request));
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream bytes) {
        expectRoom(request.contentLength() == null ? 0 : request.contentLength());
        return saying(() -> super.uploadMultipartPart(upload, request, bytes));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        expectRoom(0);
        return durably(
                file(request.bucket(), request.key()),
                () -> super.completeMultipartUpload(upload, request));
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        var found = super.list(request);
        var whole =
                found.contents().stream()
                        .filter(
                                object ->
                                        object.eTag() != null
                                                || !DurableFiles.looksTemporary(object.key()))
                        .toList();
        return whole.size() == found.contents().size()
                ? found
                : found.toBuilder().contents(whole).build();
    }

    private Path file(String bucket, String key) {
        return root.resolve(bucket).resolve(key).normalize();
    }

    private static <T> T saying(Supplier<T> write) {
        try {
            return write.get();
        } catch (RuntimeException e) {
            if (isDiskFull(e)) {
                throw full("the disk is full");
            }
            throw e;
        }
    }

    private <T> T durably(Path file, Supplier<T> write) {
        var answer = saying(write);
        try {
            if (!Files.isDirectory(file)) {
                DurableFiles.sync(file);
            }
            DurableFiles.syncFolders(file, root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer;
    }

    private void expectRoom(long size) {
        try {
            long free = disk.getUsableSpace();
            if (free - size < keepFree) {
                throw full(
                        "%d bytes are free on the store's disk and %d of them are kept (store.keep_free); %d bytes do not fit"
                                .formatted(free, keepFree, size));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isDiskFull(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (String.valueOf(at.getMessage()).contains("No space left on device")) {
                return true;
            }
        }
        return false;
    }

    /// S3 has no word for it; 507 with `StorageFull` is what other stores of this kind answer.
    private static RuntimeException full(String why) {
        return S3Exception.builder()
                .statusCode(507)
                .message(why)
                .awsErrorDetails(
                        AwsErrorDetails.builder()
                                .errorCode("StorageFull")
                                .errorMessage(why)
                                .build())
                .build();
    }

    /// Syncs what was written when the last byte has been read: the library renames the file right
    /// after that.
    private static final class SyncAtEnd extends FilterInputStream {
        private final Path object;
        private boolean synced;

        SyncAtEnd(InputStream bytes, Path object) {
            super(bytes);
            this.object = object;
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            syncAt(one);
            return one;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            syncAt(count);
            return count;
        }

        private void syncAt(int read) throws IOException {
            if (read < 0 && !synced) {
                synced = true;
                DurableFiles.syncTemporary(object);
            }
        }
    }
}
