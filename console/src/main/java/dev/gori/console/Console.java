package dev.gori.console;

import dev.gori.http.ErrorFormat;
import dev.gori.http.Mount;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.ZoneId;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The web pages: `/environments/{name}` for each environment, `/` for the first.
public final class Console implements Role {

  private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js";

  private final Map<String, RoleClients> environments = new LinkedHashMap<>();
  private final Closer closer = new Closer();
  private final TemplateEngine pages = TemplateEngine.createPrecompiled(ContentType.Html);
  private final PageModel model;

  private Console(List<BaseUrls> places, Time time, ZoneId zone) {
    this.model =
        new PageModel(
            new Formats(time, zone), places.stream().map(place -> place.name().value()).toList());
    for (var place : places) {
      environments.put(
          place.name().value(), closer.add("clients of " + place.name(), new RoleClients(place)));
    }
  }

  /// @param zone in which times are shown
  public static Console open(List<BaseUrls> places, Time time, ZoneId zone) {
    return new Console(places, time, zone);
  }

  @Override
  public String name() {
    return "console";
  }

  @Override
  public List<Mount> mounts() {
    var routes =
        new Routes(ErrorFormat.GORI)
            .get(
                "/",
                _ ->
                    Response.empty(302)
                        .header(
                            "Location", "/environments/" + environments.keySet().iterator().next()))
            .get("/environments/{name}", request -> page("page.jte", request))
            .get("/environments/{name}/body", request -> page("body.jte", request))
            .get("/assets/gori.css", _ -> asset("/console/gori.css", "text/css; charset=utf-8"))
            .get("/assets/htmx.min.js", _ -> asset(HTMX, "text/javascript; charset=utf-8"));
    return List.of(new Mount("", routes));
  }

  private Response page(String template, Request request) throws InterruptedException {
    var name = request.param("name");
    var environment = environments.get(name);
    if (environment == null) {
      throw FaultException.notFound(
          "environment '%s' (expected: one of %s)"
              .formatted(name, String.join(", ", environments.keySet())));
    }
    var place = environment.urls();
    if (place.readsNeedToken() && !showsToken(request, place.token().orElseThrow())) {
      return ErrorFormat.GORI
          .failure(
              Fault.UNAUTHENTICATED,
              "environment '%s' is shown with its token only (expected: it as the password, with any user name, or 'Authorization: Bearer TOKEN')"
                  .formatted(name))
          .header("WWW-Authenticate", "Basic realm=\"gori %s\"".formatted(name));
    }
    var html = new StringOutput();
    pages.render(template, model.view(environment), html);
    return Response.html(200, html.toString()).header("Cache-Control", "no-store");
  }

  /// A browser asks its user for a name and a password, and shows them as HTTP's basic scheme.
  private static boolean showsToken(Request request, String token) {
    var given = request.header("Authorization").orElse("");
    byte[] shown;
    try {
      shown =
          given.regionMatches(true, 0, "Basic ", 0, 6)
              ? password(Base64.getDecoder().decode(given.substring(6).strip()))
              : given.replaceFirst("(?i)^Bearer ", "").strip().getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return false; // no Base64
    }
    return MessageDigest.isEqual(shown, token.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] password(byte[] nameAndPassword) {
    var text = new String(nameAndPassword, StandardCharsets.UTF_8);
    return text.substring(text.indexOf(':') + 1).getBytes(StandardCharsets.UTF_8);
  }

  private static Response asset(String resource, String type) {
    try (var in = Console.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource %s is not on the class path".formatted(resource));
      }
      return Response.bytes(200, type, in.readAllBytes()).header("Cache-Control", "max-age=3600");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void start() {}

  @Override
  public Optional<String> notReady() {
    return Optional.empty();
  }

  @Override
  public void close() {
    closer.close();
  }
}
