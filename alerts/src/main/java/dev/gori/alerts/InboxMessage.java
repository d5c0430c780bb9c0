package dev.gori.alerts;

import java.time.Instant;

/// A message in the inbox.
///
/// @param id counts up from 1
/// @param body exactly what Slack would have been sent
record InboxMessage(long id, Instant received, String body) {}
