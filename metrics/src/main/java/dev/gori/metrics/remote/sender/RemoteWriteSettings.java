package dev.gori.metrics.remote.sender;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import java.util.HashSet;
import java.util.List;

/// The keys `remote_write_to` and `remote_write_queue_size` of `metrics:`.
///
/// @param destinations each gets all samples
/// @param queueSize limit on the queue on disk that all destinations share; the oldest samples are
///   dropped
public record RemoteWriteSettings(List<RemoteWriteConfig> destinations, Bytes queueSize) {

  public static final RemoteWriteSettings NONE = new RemoteWriteSettings(List.of(), Bytes.gibi(1));

  private static final Bytes MIN_QUEUE_SIZE = Bytes.mebi(64);

  public RemoteWriteSettings {
    destinations = List.copyOf(destinations);
  }

  /// Reads the two keys; other keys of the section belong to the caller.
  public static RemoteWriteSettings read(Section section, Problems problems) {
    var to =
        section.sections("remote_write_to").stream()
            .map(one -> new RemoteWriteConfigReader(one, problems).read())
            .toList();
    var names = new HashSet<String>();
    to.forEach(
        one ->
            problems.expect(
                names.add(one.name()),
                section.where("remote_write_to"),
                "'" + one.name() + "' twice",
                "each name once"));
    var size = section.bytes("remote_write_queue_size", NONE.queueSize);
    problems.expect(
        size.compareTo(MIN_QUEUE_SIZE) >= 0,
        section.where("remote_write_queue_size"),
        size,
        MIN_QUEUE_SIZE + " or more");
    return new RemoteWriteSettings(to, size);
  }
}
