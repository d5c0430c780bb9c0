package dev.gori.roles.store;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.machinery.objects.ObjectPath;
import dev.gori.machinery.objects.Objects;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.LoggerFactory;

/// A process with a store in it that puts numbered objects and says each one on its output after it
/// was acknowledged, until it is killed.
final class Putter {

    static final int SIZE = 300_000;

    private Putter() {}

    public static void main(String[] arguments) throws Exception {
        var log = LoggerFactory.getLogger("putter");
        try (var store =
                        Store.open(
                                StoreSettings.DEFAULTS,
                                new EnvironmentName("dev"),
                                "127.0.0.1",
                                0,
                                Path.of(arguments[0]),
                                log);
                var objects = Objects.open(store.access())) {
            for (int i = 0; ; i++) {
                var bytes = new byte[SIZE];
                Arrays.fill(bytes, (byte) i);
                objects.put(new ObjectPath("raw-dev", "daily/" + i), bytes, "text/plain");
                System.out.println(i);
            }
        }
    }
}
