package dev.gori.machinery.objects;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Makes SDK clients, and says what their failures mean.
final class Clients {

    private Clients() {}

    static S3Client open(StoreAccess access) {
        return S3Client.builder()
                .endpointOverride(access.endpoint())
                .region(Region.of(access.region()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(access.accessKey(), access.secretKey())))
                .forcePathStyle(true)
                // Not every store knows the trailing checksums that newer SDKs send unasked.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClient(
                        UrlConnectionHttpClient.builder()
                                .connectionTimeout(Duration.ofSeconds(5))
                                .socketTimeout(access.timeout())
                                .build())
                .build();
    }

    static FaultException fault(String what, SdkException failure) {
        if (failure instanceof S3Exception answer) {
            var details = answer.awsErrorDetails();
            var code =
                    details == null || details.errorCode() == null
                            ? "status " + answer.statusCode()
                            : details.errorCode();
            var said =
                    details == null || details.errorMessage() == null
                            ? ""
                            : ": " + details.errorMessage();
            return new FaultException(
                    status(answer.statusCode()),
                    "%s: refused with %s%s".formatted(what, code, said),
                    failure);
        }
        var root = root(failure);
        var fault = root instanceof SocketTimeoutException ? Fault.TIMED_OUT : Fault.BACKEND_DOWN;
        return new FaultException(
                fault,
                "%s: the store does not answer: %s".formatted(what, root.getMessage()),
                failure);
    }

    private static Fault status(int status) {
        return switch (status) {
            case 400 -> Fault.BAD_REQUEST;
            case 401, 403 -> Fault.FORBIDDEN;
            case 404 -> Fault.NOT_FOUND;
            case 409 -> Fault.CONFLICT;
            case 412 -> Fault.PRECONDITION_FAILED;
            case 413 -> Fault.TOO_LARGE;
            case 429 -> Fault.TOO_BUSY;
            case 507 -> Fault.STORAGE_FULL;
            default -> Fault.BACKEND_DOWN;
        };
    }

    private static Throwable root(Throwable failure) {
        var at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at;
    }

    static String unquoted(@Nullable String etag) {
        return etag == null ? "" : etag.replace("\"", "");
    }
}
