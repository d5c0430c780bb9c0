package dev.gori.machinery.http;

import dev.gori.machinery.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer: status, headers, and a body that is at hand or is written as a stream.
public final class Reply {

    private static final byte[] NOTHING = new byte[0];

    private final int status;
    private final byte[] body;
    private final @Nullable StreamBody stream;
    private final List<String> headers = new ArrayList<>(6); // name, value, name, value …

    private Reply(int status, @Nullable String type, byte[] body, @Nullable StreamBody stream) {
        this.status = status;
        this.body = body;
        this.stream = stream;
        if (type != null) {
            header("Content-Type", type);
        }
    }

    public static Reply json(Object value) {
        return json(200, value);
    }

    public static Reply json(int status, Object value) {
        return bytes(status, "application/json", Json.write(value));
    }

    public static Reply text(int status, String body) {
        return bytes(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply html(int status, String body) {
        return bytes(status, "text/html; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply bytes(int status, String type, byte[] body) {
        return new Reply(status, type, body, null);
    }

    public static Reply stream(String type, StreamBody writer) {
        return new Reply(200, type, NOTHING, writer);
    }

    public static Reply empty(int status) {
        return new Reply(status, null, NOTHING, null);
    }

    public Reply header(String name, String value) {
        headers.add(name);
        headers.add(value);
        return this;
    }

    public int status() {
        return status;
    }

    public byte[] body() {
        return body;
    }

    List<String> headers() {
        return headers;
    }

    @Nullable StreamBody stream() {
        return stream;
    }
}
