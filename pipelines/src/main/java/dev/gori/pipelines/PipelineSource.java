package dev.gori.pipelines;

/// A pipeline's file, wherever it was read from.
///
/// @param file its name, such as `pipelines/daily_user_events.yaml`; problems carry it
public record PipelineSource(String file, String text) {}
