package dev.gori.sql;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// The URL of a database: `sqlite:FILE` or `postgresql://user:password@host:5432/name`, with or
/// without the prefix `jdbc:`.
///
/// `toString` masks the password.
public sealed interface DatabaseUrl {

  /// An SQLite file.
  record Sqlite(Path file) implements DatabaseUrl {
    @Override
    public String toString() {
      return "sqlite:" + file;
    }
  }

  /// A PostgreSQL database as a JDBC URL, which may contain a password.
  record PostgreSql(String jdbc) implements DatabaseUrl {
    @Override
    public String toString() {
      return jdbc.replaceAll("(password=)[^&]*", "$1***");
    }
  }

  /// Resolves the file of an SQLite URL against a folder.
  default DatabaseUrl under(Path folder) {
    return this instanceof Sqlite(var file) ? new Sqlite(folder.resolve(file)) : this;
  }

  static DatabaseUrl file(Path file) {
    return new Sqlite(file);
  }

  /// The allowed parameters of a PostgreSQL URL. Parameters that name files, classes or commands
  /// are not allowed, because people who own neither the machine nor the process push the URL.
  Set<String> PARAMETERS =
      Set.of(
          "ApplicationName",
          "channelBinding",
          "connectTimeout",
          "currentSchema",
          "loadBalanceHosts",
          "loginTimeout",
          "options",
          "password",
          "prepareThreshold",
          "socketTimeout",
          "ssl",
          "sslmode",
          "sslnegotiation",
          "targetServerType",
          "tcpKeepAlive",
          "user");

  /// @throws IllegalArgumentException when the text has neither form or has a parameter that is not
  ///   allowed
  static DatabaseUrl parse(String text) {
    var url = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
    if (url.startsWith("sqlite:")) {
      var path = url.substring("sqlite:".length());
      if (path.indexOf('?') >= 0) {
        throw new IllegalArgumentException(
            "database: '%s' (expected: sqlite:FILE without '?')".formatted(text));
      }
      return new Sqlite(Path.of(path.startsWith("///") ? path.substring(3) : path));
    }
    if (url.startsWith("postgresql://") || url.startsWith("postgres://")) {
      return new PostgreSql(postgresql(URI.create(url)));
    }
    throw new IllegalArgumentException(
        "database: '%s' (expected: sqlite:FILE or postgresql://user:password@host:port/name)"
            .formatted(text));
  }

  private static String postgresql(URI uri) {
    var jdbc = new StringBuilder("jdbc:postgresql://").append(uri.getHost());
    if (uri.getPort() > 0) {
      jdbc.append(':').append(uri.getPort());
    }
    jdbc.append(uri.getPath());
    char next = '?';
    if (uri.getRawQuery() != null) {
      for (var parameter : uri.getRawQuery().split("&")) {
        var name = parameter.split("=", 2)[0];
        if (!PARAMETERS.contains(name)) {
          throw new IllegalArgumentException(
              "database: parameter '%s' (expected: some of %s; certificates are found in ~/.postgresql of the user who runs the program)"
                  .formatted(name, new TreeSet<>(PARAMETERS)));
        }
      }
      jdbc.append(next).append(uri.getRawQuery());
      next = '&';
    }
    if (uri.getUserInfo() != null) {
      var parts = uri.getUserInfo().split(":", 2);
      jdbc.append(next).append("user=").append(URLEncoder.encode(parts[0], StandardCharsets.UTF_8));
      if (parts.length == 2) {
        jdbc.append("&password=").append(URLEncoder.encode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return jdbc.toString();
  }
}
