package kat.apiserver.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import org.jspecify.annotations.Nullable;

/// What is told of one request, and the events that tell it.
///
/// **Threads:** any; a request is worked on by several, one after the other.
///
/// **Source:** `apiserver/pkg/audit/context.go`, `request.go`, `apis/audit/v1/types.go`.
public final class AuditRecord {

    private static final String DECISION = "authorization.k8s.io/decision";
    private static final String REASON = "authorization.k8s.io/reason";
    private static final int USUAL_LENGTH = 768;

    /// Beyond it, how long a request took is told.
    private static final Duration SLOW = Duration.ofMillis(500);

    private final Auditor auditor;
    private final AuditPolicy.Telling telling;
    private final AuditHead head;
    private final @Nullable User user;
    private final Instant received;
    private final boolean isResource;
    private final NavigableMap<String, String> annotations = new TreeMap<>();
    private @Nullable User acting; // guarded by this, as all below
    private Action ref;
    private String uid = "";
    private String resourceVersion = "";
    private String status = "";
    private String requestObject = "";
    private String responseObject = "";
    private boolean isOver;

    AuditRecord(
            Auditor auditor,
            AuditPolicy.Telling telling,
            AuditHead head,
            @Nullable User user,
            Action action) {
        this.auditor = auditor;
        this.telling = telling;
        this.head = head;
        this.user = user;
        this.received = head.received();
        this.isResource = action.isResource();
        this.ref = action;
    }

    /// Whether bodies of requests are told.
    public boolean wantsRequest() {
        return telling.level().reaches(Level.REQUEST);
    }

    /// Whether bodies of answers are told.
    public boolean wantsResponse() {
        return telling.level().reaches(Level.REQUEST_RESPONSE);
    }

    /// Tells in whose name the request is made.
    public synchronized void impersonates(User other) {
        acting = other;
    }

    /// Tells what came of the question whether the user may.
    public synchronized void decided(boolean allowed, String reason) {
        annotations.putIfAbsent(DECISION, allowed ? "allow" : "forbid");
        annotations.putIfAbsent(REASON, reason);
    }

    /// Tells that somebody who was asked could not say whether the user may.
    public synchronized void undecided() {
        annotations.putIfAbsent(REASON, "internal error");
    }

    /// What was told first under a key stays.
    public synchronized void annotate(String key, String value) {
        annotations.putIfAbsent(key, value);
    }

    public synchronized void annotate(Map<String, String> more) {
        more.forEach(annotations::putIfAbsent);
    }

    /// Tells the object that was sent.
    ///
    /// @param object told as a whole only at the levels at which bodies are
    public synchronized void sent(JsonObject object) {
        JsonObject metadata = object.object("metadata");
        ref =
                new Action(
                        ref.verb(),
                        ref.group(),
                        ref.version(),
                        ref.resource(),
                        ref.subresource(),
                        ref.namespace().isEmpty() ? metadata.string("namespace") : ref.namespace(),
                        ref.name().isEmpty() ? metadata.string("name") : ref.name(),
                        ref.path());
        uid = metadata.string("uid");
        resourceVersion = metadata.string("resourceVersion");
        if (wantsRequest()) {
            requestObject = shown(object);
        }
    }

    /// Tells a body that is no object: a patch, or options.
    public synchronized void sentBody(Json body) {
        if (wantsRequest()) {
            requestObject = body instanceof JsonObject tree ? GoOrder.of(tree) : body.toString();
        }
    }

    /// Tells the status that is, or goes with, the answer.
    ///
    /// @param answer a Status
    public synchronized void answeredStatus(JsonObject answer, int code) {
        JsonObject bounded =
                answer.without("kind").without("apiVersion").with("metadata", JsonObject.EMPTY);
        status = GoOrder.of(bounded.with("code", JsonNumber.of(code)));
        answered(answer);
    }

    /// Tells the object that is the answer.
    public synchronized void answered(JsonObject answer) {
        if (wantsResponse()) {
            responseObject = shown(answer);
        }
    }

    private String shown(JsonObject object) {
        return GoOrder.of(telling.omitManagedFields() ? ManagedFields.dropped(object) : object);
    }

    /// @return false when the event had to be written and was not
    boolean receivedStage() {
        return tell(Stage.REQUEST_RECEIVED, received);
    }

    /// The head of an answer is sent whose end is not known yet.
    ///
    /// @param code of HTTP
    public void started(int code) {
        coded(code);
        boolean unused = tell(Stage.RESPONSE_STARTED, auditor.now());
    }

    /// The answer is complete. Only the first call counts. A request that was turned away before
    /// it was known who asks ends with its start, as in Kubernetes.
    ///
    /// @param code of HTTP
    public void completed(int code) {
        if (ends()) {
            coded(code);
            Stage last = user == null ? Stage.RESPONSE_STARTED : Stage.RESPONSE_COMPLETE;
            Instant now = auditor.now();
            tellSlowness(Duration.between(received, now));
            boolean unused = tell(last, now);
        }
    }

    private synchronized void tellSlowness(Duration latency) {
        if (latency.compareTo(SLOW) > 0) {
            annotations.put("apiserver.latency.k8s.io/total", GoDuration.of(latency));
        }
    }

    /// A fault of the server ended the request.
    public void failed(String fault) {
        if (!ends()) {
            return;
        }
        synchronized (this) {
            status =
                    GoOrder.of(
                            JsonObject.builder()
                                    .put("metadata", JsonObject.EMPTY)
                                    .put("status", "Failure")
                                    .put("message", "APIServer panic'd: " + fault)
                                    .put("reason", "InternalError")
                                    .put("code", 500)
                                    .build());
        }
        boolean unused = tell(Stage.PANIC, auditor.now());
    }

    private synchronized boolean ends() {
        boolean first = !isOver;
        isOver = true;
        return first;
    }

    private synchronized void coded(int code) {
        if (status.isEmpty()) {
            status = "{\"metadata\":{},\"code\":" + code + "}";
        }
    }

    private boolean tell(Stage stage, Instant moment) {
        return telling.omitStages().contains(stage) || auditor.write(line(stage, moment));
    }

    private synchronized byte[] line(Stage stage, Instant moment) {
        AuditText text = new AuditText(USUAL_LENGTH + requestObject.length());
        text.raw("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"")
                .raw(telling.level().wire())
                .raw("\",\"auditID\":")
                .string(head.auditId())
                .raw(",\"stage\":\"")
                .raw(stage.wire())
                .raw("\",\"requestURI\":")
                .string(head.uri())
                .raw(",\"verb\":")
                .string(ref.verb())
                .raw(",\"user\":");
        who(text);
        if (!head.sourceIps().isEmpty()) {
            text.raw(",\"sourceIPs\":").strings(head.sourceIps());
        }
        text.member("userAgent", head.userAgent());
        if (isResource) {
            objectRef(text.raw(",\"objectRef\":"));
        }
        if (!status.isEmpty()) {
            text.raw(",\"responseStatus\":").json(status);
        }
        if (!requestObject.isEmpty()) {
            text.raw(",\"requestObject\":").json(requestObject);
        }
        if (!responseObject.isEmpty()) {
            text.raw(",\"responseObject\":").json(responseObject);
        }
        text.raw(",\"requestReceivedTimestamp\":").time(received);
        text.raw(",\"stageTimestamp\":").time(moment);
        annotations(text);
        return text.raw("}\n").toString().getBytes(UTF_8);
    }

    private void who(AuditText text) {
        if (user == null) {
            text.raw("{}");
        } else {
            text.user(user);
        }
        User other = acting;
        if (other != null) {
            text.raw(",\"impersonatedUser\":").user(other);
        }
    }

    private void objectRef(AuditText text) {
        int start = text.length();
        text.member("resource", ref.resource())
                .member("namespace", ref.namespace())
                .member("name", ref.name())
                .member("uid", uid)
                .member("apiGroup", ref.group())
                .member("apiVersion", ref.version())
                .member("resourceVersion", resourceVersion)
                .member("subresource", ref.subresource())
                .closed(start);
    }

    private void annotations(AuditText text) {
        if (annotations.isEmpty()) {
            return;
        }
        text.raw(",\"annotations\":");
        int start = text.length();
        for (Map.Entry<String, String> each : annotations.entrySet()) {
            text.raw(",").string(each.getKey()).raw(":").string(each.getValue());
        }
        text.closed(start);
    }
}
