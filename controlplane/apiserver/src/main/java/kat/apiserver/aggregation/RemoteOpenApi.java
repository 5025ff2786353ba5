package kat.apiserver.aggregation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.openapi.OpenApiMerge;
import kat.apiserver.auth.User;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// This server's `/openapi/v2` with what other servers add to it.
///
/// Others are asked when somebody wants the document, each once a minute at most; what one said
/// last stands while it cannot be asked, or says what is no such document.
///
/// **Threads:** any. One caller at a time asks the others and blocks meanwhile; the rest take what
/// was told last.
///
/// **Source:** `kube-aggregator/pkg/controllers/openapi`.
public final class RemoteOpenApi {

    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final String PATH = "/openapi/v2";
    private static final User ASKER = User.of("system:aggregator", List.of());

    private final Aggregation aggregation;
    private final RemoteReads reads;
    private final Ticker ticker;
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile @Nullable Joined joined;

    /// What a server said of one version.
    private record Told(Instant asked, JsonObject document) {}

    /// All documents as one.
    private static final class Joined {

        private final byte[] own;
        private final List<JsonObject> others;
        private final byte[] json;
        private final byte[] protobuf;

        Joined(byte[] own, List<JsonObject> others) {
            this.own = own;
            this.others = others;
            JsonObject whole = (JsonObject) Json.parse(own);
            for (JsonObject other : others) {
                whole = OpenApiMerge.merged(whole, other);
            }
            this.json = whole.toBytes();
            this.protobuf = OpenApiMerge.protobuf(whole);
        }

        /// Whether these are the very documents that were joined.
        boolean isOf(byte[] mine, List<JsonObject> theirs) {
            boolean same = own == mine && others.size() == theirs.size();
            for (int i = 0; same && i < theirs.size(); i++) {
                same = others.get(i) == theirs.get(i);
            }
            return same;
        }
    }

    RemoteOpenApi(Aggregation aggregation, Ticker ticker) {
        this.aggregation = aggregation;
        this.reads = new RemoteReads(aggregation, ASKER);
        this.ticker = ticker;
    }

    /// The document as JSON; the given one where other servers add nothing.
    public byte[] json(byte[] own) {
        Joined all = joined(own);
        return all == null ? own : all.json;
    }

    /// The document as protobuf; null where other servers add nothing.
    public byte @Nullable [] protobuf(byte[] own) {
        Joined all = joined(own);
        return all == null ? null : all.protobuf;
    }

    private @Nullable Joined joined(byte[] own) {
        List<JsonObject> others = others();
        if (others.isEmpty()) {
            return null;
        }
        Joined known = joined;
        if (known == null || !known.isOf(own, others)) {
            known = new Joined(own, others);
            joined = known;
        }
        return known;
    }

    private List<JsonObject> others() {
        List<Route> routes = aggregation.remote().routes();
        if (asking.compareAndSet(false, true)) {
            try {
                told.keySet().retainAll(routes.stream().map(Route::groupVersion).toList());
                routes.forEach(this::refresh);
            } finally {
                asking.set(false);
            }
        }
        List<JsonObject> documents = new ArrayList<>();
        for (Route route : routes) {
            Told last = told.get(route.groupVersion());
            if (last != null && !last.document().object("paths").isEmpty()) {
                documents.add(last.document());
            }
        }
        return documents;
    }

    private void refresh(Route route) {
        Told last = told.get(route.groupVersion());
        Instant now = ticker.now();
        if (last != null && now.isBefore(last.asked().plus(FRESH))) {
            return;
        }
        JsonObject before = last == null ? JsonObject.EMPTY : last.document();
        JsonObject document = route.isAvailable() ? asked(route, before) : before;
        told.put(route.groupVersion(), new Told(now, document));
    }

    /// @param before what stands when the server does not answer, or says the same again
    private JsonObject asked(Route route, JsonObject before) {
        try {
            JsonObject all = reads.get(route, PATH);
            String below = route.root() + "/";
            JsonObject own = OpenApiMerge.filtered(all, path -> path.startsWith(below));
            if (own.equals(before)) {
                return before;
            }
            OpenApiMerge.protobuf(own); // what has no such form would spoil the whole
            return own;
        } catch (StatusException | IllegalArgumentException e) {
            System.Logger log = System.getLogger(RemoteOpenApi.class.getName());
            log.log(
                    System.Logger.Level.DEBUG,
                    "no OpenAPI document of {0}: {1}",
                    route.groupVersion(),
                    e.getMessage());
            return before;
        }
    }
}
