package dev.gori.objectstore;

import dev.gori.clients.s3.S3Access;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// The AWS SDK's client for a store, for what our own does not do.
final class SignedClient {

  private SignedClient() {}

  static S3Client of(S3Access access) {
    return with(
        access,
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(access.accessKey(), access.secretKey())));
  }

  private static S3Client with(S3Access access, AwsCredentialsProvider credentials) {
    return S3Client.builder()
        .endpointOverride(access.endpoint())
        .region(Region.of(access.region()))
        .credentialsProvider(credentials)
        .forcePathStyle(true)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }
}
