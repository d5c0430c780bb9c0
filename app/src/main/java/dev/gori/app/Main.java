package dev.gori.app;

import dev.gori.app.verbs.Gori;
import dev.gori.kernel.disk.OwnerOnly;

/// The program. Everything it does can be called from a test.
public final class Main {

    private Main() {}

    public static void main(String[] words) {
        OwnerOnly.fromNowOn();
        System.exit(Gori.run(words));
    }
}
