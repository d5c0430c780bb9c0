package dev.gori.app;

import dev.gori.app.verbs.Gori;

/// The program. Everything it does can be called from a test.
public final class Main {

    private Main() {}

    public static void main(String[] words) {
        System.exit(Gori.run(words));
    }
}
