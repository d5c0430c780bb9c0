package dev.gori.clients.s3;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Makes SDK clients, and says what their failures mean.
final class S3Clients {

  private static final int ATTEMPTS = 3;
  private static final long LONGEST_ANSWER = 16L << 20;

  private S3Clients() {}

  static S3Client open(S3Access access) {
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
        .overrideConfiguration(
            o -> {
              within(o, access.timeout());
              o.addExecutionInterceptor(new ShortAnswers());
            })
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(5))
                .socketTimeout(access.timeout())
                .build())
        .build();
  }

  private static void within(ClientOverrideConfiguration.Builder calls, Duration attempt) {
    calls.apiCallAttemptTimeout(attempt).apiCallTimeout(attempt.multipliedBy(ATTEMPTS + 1));
  }

  /// How long each attempt of one call may take.
  static void within(AwsRequestOverrideConfiguration.Builder call, Duration attempt) {
    call.apiCallAttemptTimeout(attempt).apiCallTimeout(attempt.multipliedBy(ATTEMPTS + 1));
  }

  /// Answers that are held in memory, which is all but the bytes of an object, have an end.
  private static final class ShortAnswers implements ExecutionInterceptor {

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
        Context.ModifyHttpResponse answer, ExecutionAttributes attributes) {
      return answer.request() instanceof GetObjectRequest && answer.httpResponse().isSuccessful()
          ? answer.responseBody()
          : answer.responseBody().map(ShortBody::new);
    }
  }

  private static final class ShortBody extends FilterInputStream {
    private long taken;

    ShortBody(InputStream body) {
      super(body);
    }

    @Override
    public int read() throws IOException {
      return (int) counted(super.read(), 1);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int count = super.read(into, from, length);
      return (int) counted(count, count);
    }

    private long counted(long result, int count) throws IOException {
      taken += Math.max(0, count);
      if (taken > LONGEST_ANSWER) {
        throw new IOException("an answer of more than %d bytes".formatted(LONGEST_ANSWER));
      }
      return result;
    }
  }

  static FaultException fault(String what, SdkException failure) {
    if (failure instanceof S3Exception answer) {
      var details = answer.awsErrorDetails();
      var code =
          details == null || details.errorCode() == null
              ? "status " + answer.statusCode()
              : details.errorCode();
      var said =
          details == null || details.errorMessage() == null ? "" : ": " + details.errorMessage();
      return new FaultException(
          status(answer.statusCode()),
          "%s: refused with %s%s".formatted(what, code, said),
          failure);
    }
    var root = root(failure);
    var fault =
        root instanceof SocketTimeoutException
                || failure instanceof ApiCallTimeoutException
                || failure instanceof ApiCallAttemptTimeoutException
            ? Fault.TIMED_OUT
            : Fault.BACKEND_DOWN;
    return new FaultException(
        fault, "%s: the store does not answer: %s".formatted(what, root.getMessage()), failure);
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
