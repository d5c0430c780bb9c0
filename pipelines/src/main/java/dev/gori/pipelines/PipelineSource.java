package dev.gori.pipelines;

/// The name and text of a pipeline file.
///
/// @param file the name that problems show, such as `pipelines/daily_user_events.yaml`
public record PipelineSource(String file, String text) {}
