package dev.gori.logs.store;

final class ListLogStoreTest extends LogStoreContract {
  @Override
  LogStore open() {
    return new ListLogStore();
  }
}
