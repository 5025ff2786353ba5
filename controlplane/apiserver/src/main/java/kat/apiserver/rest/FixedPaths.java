package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kat.api.Kinds;
import kat.api.discovery.Discovery;
import kat.api.discovery.DiscoveryText;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.aggregation.Aggregation;
import kat.apiserver.http.Answer;
import kat.apiserver.registry.Resources;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import org.jspecify.annotations.Nullable;

/// Health, version, metrics, discovery and OpenAPI.
final class FixedPaths implements Paths {

    private static final String OPEN_API = "/openapi/v3/";
    private static final String SWAGGER = "com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private final Documents documents;
    private final Aggregation aggregation;
    private final JsonObject version;
    private final Health health;
    private final Metrics metrics;
    private final Map<String, Supplier<Answer>> pages;
    private final ComponentPages own;

    FixedPaths(Resources resources, Aggregation aggregation, RestApi.About about, Ticker ticker) {
        this.own = new ComponentPages(about.version(), about.flags(), ticker);
        this.aggregation = aggregation;
        this.version = about.version();
        this.documents = new Documents(resources, version.string("gitVersion", "v1.36.0"));
        this.health = about.health();
        this.metrics = about.metrics();
        this.pages = about.pages();
    }

    @Override
    public void handle(Call call) {
        String path = call.info().path();
        boolean routed = isRouted(path);
        String trimmed = routed && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        Answer answer = answer(call, trimmed);
        boolean below = path.startsWith("/version/") && trimmed.indexOf('/', 1) > 0;
        if (below || (routed && call.info().hasGap())) {
            throw Answers.noSuchResource().asException();
        }
        boolean takesAll = trimmed.equals("/apis") || isAggregatedGroup(trimmed);
        if (answer.code() == 200 && routed && !takesAll && !call.request().method().equals("GET")) {
            throw Answers.methodNotAllowed().asException();
        }
        if (answer.code() == 200 && routed) {
            requireAccepted(call, trimmed, answer.contentType());
        }
        call.send(answer);
    }

    /// @throws kat.api.StatusException 406 when the client accepts nothing that there is at a path
    private static void requireAccepted(Call call, String path, String contentType) {
        String accept = call.request().header("accept");
        boolean fixed = !path.startsWith("/api");
        if (fixed) {
            int end = contentType.indexOf(';');
            String one = end < 0 ? contentType : contentType.substring(0, end);
            String subtype = one.substring(one.indexOf('/') + 1);
            if (MediaType.isSpan(accept) || MediaType.choose(accept, List.of(subtype)).isEmpty()) {
                throw Answers.noSuchForm(one).asException();
            }
            return;
        }
        boolean span = MediaType.isSpan(accept) && !path.equals("/apis") && !isGroup(path);
        boolean aggregated = path.equals("/api") || path.equals("/apis");
        boolean fits =
                (!span && MediaType.negotiate(accept, MediaType.Offer.PLAIN) != null)
                        || (aggregated
                                && MediaType.negotiate(accept, MediaType.Offer.DISCOVERY) != null);
        if (!fits) {
            boolean typed = path.equals("/apis") || isGroup(path) || MediaType.names(accept);
            throw (typed ? Answers.notAcceptable(MediaType.Offer.PLAIN) : Answers.noSuchForm(false))
                    .asException();
        }
    }

    /// Whether a path is one of those that take one method and do not mind a slash at the end; the
    /// others are matched as they are and look at no method.
    private static boolean isRouted(String path) {
        return path.equals("/version")
                || path.startsWith("/version/")
                || path.startsWith("/api")
                || path.startsWith("/openid/")
                || path.startsWith("/.well-known/");
    }

    private static boolean isAggregatedGroup(String path) {
        return isGroup(path) && !path.endsWith("/apiregistration.k8s.io");
    }

    private static boolean isGroup(String path) {
        return path.startsWith("/apis/") && path.indexOf('/', "/apis/".length()) < 0;
    }

    private Answer answer(Call call, String path) {
        return switch (path) {
            case "/version" -> Rendering.pretty(200, version.toBytes());
            case "/metrics" ->
                    Answer.of(
                            200,
                            "text/plain; version=0.0.4; charset=utf-8",
                            metrics.text().getBytes(UTF_8));
            case "/metrics/slis" ->
                    Answer.of(
                            200,
                            "text/plain; version=0.0.4; charset=utf-8",
                            health.figures().getBytes(UTF_8));
            case ComponentPages.STATUSZ -> own.statusz(call.request(), call.query(), paths());
            case ComponentPages.FLAGZ -> own.flagz(call.request(), call.query());
            case "/api" -> api(call);
            case "/apis" -> apis(call);
            case "/openapi/v2" -> openApiVersionTwo(call);
            case "/openapi/v3" ->
                    Answers.text(
                            200,
                            aggregation
                                    .remote()
                                    .addToOpenApi(documents.openApi().index())
                                    .toString());
            case "/", "/index.html" ->
                    Rendering.pretty(
                            200, JsonObject.of("paths", JsonArray.ofStrings(paths())).toBytes());
            default -> further(call, path);
        };
    }

    /// Clients ask for protobuf by its old name with an at sign, and are answered with the new one.
    private Answer openApiVersionTwo(Call call) {
        String type =
                MediaType.choose(
                        call.request().header("accept"),
                        List.of("json", SWAGGER.replace("v2.v1", "v2@v1"), SWAGGER));
        return switch (type) {
            case "" -> Answer.of(406, "", new byte[0]);
            case "json" ->
                    Answers.json(200, aggregation.openApi().json(documents.openApi().versionTwo()));
            default -> Answer.of(200, "application/" + SWAGGER, swaggerProtobuf());
        };
    }

    private byte[] swaggerProtobuf() {
        byte[] joined = aggregation.openApi().protobuf(documents.openApi().versionTwo());
        return joined == null ? documents.openApi().versionTwoProtobuf() : joined;
    }

    private Answer further(Call call, String path) {
        Supplier<Answer> page = pages.get(path);
        if (page != null) {
            return page.get();
        }
        Answer told = health.answer(path, call.query());
        if (told != null) {
            return told;
        }
        if (path.startsWith(OPEN_API)) {
            byte[] document = documents.openApi().document(path.substring(OPEN_API.length()));
            return document == null
                    ? Answer.of(404, "", new byte[0]).with(Answers.NO_CACHE)
                    : Answers.json(200, document);
        }
        String[] parts = path.substring(1).split("/", -1);
        boolean core = parts[0].equals("api");
        if (parts.length == (core ? 2 : 3) && (core || parts[0].equals("apis"))) {
            return resourceList(call, core ? "" : parts[1], parts[parts.length - 1]);
        }
        JsonObject group = parts.length == 2 && parts[0].equals("apis") ? group(parts[1]) : null;
        return group == null ? Answers.pageNotFound() : call.rendered(200, DiscoveryText.of(group));
    }

    private @Nullable JsonObject group(String name) {
        JsonObject own = discovery().group(name);
        return own == null ? aggregation.remote().group(name) : own;
    }

    private Answer resourceList(Call call, String group, String version) {
        JsonObject list = discovery().resources(group, version);
        if (list != null) {
            return call.rendered(200, DiscoveryText.of(list));
        }
        // a version that a definition does not serve is no path at all
        boolean known =
                group.isEmpty()
                        || Kinds.builtIn().all().stream()
                                .anyMatch(kind -> kind.group().equals(group));
        return known
                ? Answers.status(Answers.noSuchResource(), call.request())
                : Answers.pageNotFound();
    }

    private Discovery discovery() {
        return documents.discovery();
    }

    private Answer api(Call call) {
        if (isAggregated(call)) {
            return aggregated(call, discovery().aggregatedCore(call.type().version()));
        }
        String host = call.request().header("host");
        return call.rendered(
                200, DiscoveryText.of(discovery().coreVersions(host == null ? "" : host)));
    }

    private Answer apis(Call call) {
        return isAggregated(call)
                ? aggregated(
                        call,
                        aggregation
                                .remote()
                                .addToAggregated(
                                        discovery().aggregatedGroups(call.type().version())))
                : call.rendered(
                        200, DiscoveryText.of(aggregation.remote().addTo(discovery().groups())));
    }

    private static boolean isAggregated(Call call) {
        return call.type().as().equals("APIGroupDiscoveryList");
    }

    private static Answer aggregated(Call call, JsonObject list) {
        Answer plain = call.rendered(200, list.toBytes());
        String type =
                plain.contentType()
                        + ";g=apidiscovery.k8s.io;v="
                        + call.type().version()
                        + ";as=APIGroupDiscoveryList";
        return new Answer(200, type, plain.headers(), plain.body());
    }

    private List<String> paths() {
        List<String> paths = new ArrayList<>();
        pages.keySet().stream().filter(path -> path.startsWith("/.")).forEach(paths::add);
        paths.addAll(List.of("/api", "/api/v1", "/apis"));
        for (String group : discovery().groupNames()) {
            paths.add("/apis/" + group);
        }
        paths.addAll(
                List.of(
                        ComponentPages.FLAGZ,
                        "/healthz",
                        "/livez",
                        "/metrics",
                        "/metrics/slis",
                        "/openapi/v2",
                        "/openapi/v3",
                        "/openid/v1/jwks",
                        "/readyz",
                        ComponentPages.STATUSZ,
                        "/version"));
        return paths;
    }
}
