package dev.gori.roles.metrics.api;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.machinery.http.Reply;
import dev.gori.machinery.http.Request;
import dev.gori.machinery.http.Routes;
import java.util.List;

/// `admin/tsdb/…`: off, with the words that say so.
final class AdminRoutes {

    void mount(Routes routes) {
        for (var call : List.of("delete_series", "clean_tombstones", "snapshot")) {
            routes.post("/api/v1/admin/tsdb/" + call, AdminRoutes::disabled).put("/api/v1/admin/tsdb/" + call, AdminRoutes::disabled);
        }
    }

    private static Reply disabled(Request request) {
        throw new FaultException(Fault.BACKEND_DOWN, "admin APIs disabled");
    }
}
