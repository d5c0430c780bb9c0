package dev.gori.machinery.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The routes of one role, in one protocol's dialect.
///
/// A template's part in braces stands for one segment of the path (`/variant/{alias}/reload`);
/// `{+name}` at the end for all that follow. A fixed segment is preferred to one in braces.
public final class Routes {

    record Route(String method, String template, Handler handler, boolean guarded) {}

    private final Dialect dialect;
    private final List<Route> routes = new ArrayList<>();
    private @Nullable Observer observer;

    public Routes(Dialect dialect) {
        this.dialect = dialect;
    }

    public Routes get(String template, Handler handler) {
        return route("GET", template, handler, false);
    }

    public Routes post(String template, Handler handler) {
        return route("POST", template, handler, false);
    }

    public Routes put(String template, Handler handler) {
        return route("PUT", template, handler, false);
    }

    public Routes patch(String template, Handler handler) {
        return route("PATCH", template, handler, false);
    }

    public Routes delete(String template, Handler handler) {
        return route("DELETE", template, handler, false);
    }

    /// The same routes, and for each path one that answers `OPTIONS`.
    public Routes withOptions(Handler handler) {
        var copy = each(UnaryOperator.identity());
        routes.stream()
                .map(Route::template)
                .distinct()
                .forEach(template -> copy.route("OPTIONS", template, handler, false));
        return copy;
    }

    /// A call that changes something: it needs `Authorization: Bearer` with the environment's
    /// token.
    public Routes guarded(String method, String template, Handler handler) {
        return route(method, template, handler, true);
    }

    /// The same routes, of which each answers 503 while the condition holds.
    public Routes unless(BooleanSupplier condition, String why) {
        return each(
                handler ->
                        request -> {
                            if (condition.getAsBoolean()) {
                                throw new FaultException(Fault.BACKEND_DOWN, why);
                            }
                            return handler.handle(request);
                        });
    }

    /// The same routes, each with what is put around its handler.
    public Routes each(UnaryOperator<Handler> around) {
        var copy = new Routes(dialect);
        copy.observer = observer;
        routes.forEach(
                route ->
                        copy.route(
                                route.method(),
                                route.template(),
                                around.apply(route.handler()),
                                route.guarded()));
        return copy;
    }

    public Routes observedBy(Observer newObserver) {
        this.observer = newObserver;
        return this;
    }

    private Routes route(String method, String template, Handler handler, boolean guarded) {
        routes.add(new Route(method, template, handler, guarded));
        return this;
    }

    Dialect dialect() {
        return dialect;
    }

    List<Route> all() {
        return routes;
    }

    @Nullable Observer observer() {
        return observer;
    }
}
