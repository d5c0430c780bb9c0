package dev.gori.app.verbs;

import dev.gori.kernel.time.WallTime;
import dev.gori.logs.Logs;
import dev.gori.logs.logql.LogQlScripts;
import dev.gori.metrics.ruletest.RuleTests;
import dev.gori.promql.EngineOptions;
import dev.gori.promql.script.Scripts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs test scripts against the engines.
@Command(name = "test", description = "Run test scripts against the engines: promql, logql, rules.")
final class TestVerb {

  @Mixin CommonOptions common = new CommonOptions();

  @Command(
      name = "promql",
      description = "Run PromQL scripts in Prometheus's format.",
      mixinStandardHelpOptions = true)
  int promql(
      @Option(
              names = "--stable-only",
              description = "Without the experimental functions and modifiers.")
          boolean stableOnly,
      @Parameters(paramLabel = "DIR|FILE", arity = "1..*") List<Path> places)
      throws IOException {
    var out = printer();
    try (var time = new WallTime()) {
      return Scripts.run(places, out, !stableOnly, time).failed() == 0 ? 0 : Gori.FAILED;
    } finally {
      out.flush();
    }
  }

  @Command(name = "logql", description = "Run LogQL scripts.", mixinStandardHelpOptions = true)
  int logql(@Parameters(paramLabel = "DIR|FILE", arity = "1..*") List<Path> places)
      throws IOException {
    var out = printer();
    try {
      return LogQlScripts.run(places, Logs.lineTemplates(), out) == 0 ? 0 : Gori.FAILED;
    } finally {
      out.flush();
    }
  }

  @Command(
      name = "rules",
      description = "Run tests of rule files, in the format of promtool test rules.",
      mixinStandardHelpOptions = true)
  int rules(
      @Option(
              names = "--experimental",
              description = "With the experimental functions and modifiers.")
          boolean experimental,
      @Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files)
      throws IOException {
    var out = printer();
    try (var time = new WallTime()) {
      return RuleTests.run(
                      files,
                      experimental ? EngineOptions.EXPERIMENTAL : EngineOptions.DEFAULTS,
                      time,
                      out)
                  .failed()
              == 0
          ? 0
          : Gori.FAILED;
    } finally {
      out.flush();
    }
  }

  private static PrintWriter printer() {
    return new PrintWriter(System.out, false, StandardCharsets.UTF_8);
  }
}
