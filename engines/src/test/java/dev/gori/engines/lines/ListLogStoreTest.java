package dev.gori.engines.lines;

final class ListLogStoreTest extends LogStoreContract {
    @Override
    LogStore open() {
        return new ListLogStore();
    }
}
