package dev.gori.app;

import dev.gori.app.running.Addresses;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.machinery.http.Part;
import dev.gori.roles.console.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One environment of this process: its parts, its port, its addresses. It holds no reference to another environment's.
final class Environment implements AutoCloseable {

    private final EnvironmentName name;
    private final List<Part> parts;
    private final Place place;
    private final Addresses.Keys keys;
    private final Closer closer;

    Environment(EnvironmentName name, List<Part> parts, Place place, Addresses.Keys keys, Closer closer) {
        this.name = name;
        this.parts = List.copyOf(parts);
        this.place = place;
        this.keys = keys;
        this.closer = closer;
    }

    EnvironmentName name() {
        return name;
    }

    Place place() {
        return place;
    }

    Addresses.Place addresses() {
        return new Addresses.Place(place.base(), place.registry(), place.metrics(), place.logs(), place.alerts(), place.store(), keys);
    }

    void start() {
        parts.forEach(Part::start);
    }

    /// What cannot serve yet, and why, by role.
    Map<String, String> notReady() {
        var reasons = new LinkedHashMap<String, String>();
        parts.forEach(part -> part.notReady().ifPresent(reason -> reasons.put(part.name(), reason)));
        return reasons;
    }

    @Override
    public void close() {
        closer.close();
    }
}
