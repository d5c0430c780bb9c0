package dev.gori.logs.logql;

/// What failed in a stage: the value of the label `__error__`, as Loki's documentation lists them.
enum PipelineError {
  JSON_PARSER("JSONParserErr"),
  LOGFMT_PARSER("LogfmtParserErr"),
  LABEL_FILTER("LabelFilterErr"),
  TEMPLATE_FORMAT("TemplateFormatErr"),
  SAMPLE_EXTRACTION("SampleExtractionErr");

  private final String text;

  PipelineError(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
