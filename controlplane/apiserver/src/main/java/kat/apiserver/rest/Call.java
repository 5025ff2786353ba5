package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import kat.api.Status;
import kat.api.apply.ManagerNames;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.FieldValidation;
import kat.apiserver.audit.AuditRecord;
import kat.apiserver.auth.User;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Request;
import kat.apiserver.registry.WriteCall;

/// One request on its way: what was asked, by whom.
///
/// @param type the form in which the answer is wanted
/// @param notices warnings that come with every answer
record Call(
        Tracked exchange,
        Query query,
        RequestInfo info,
        User user,
        MediaType type,
        List<String> notices) {

    static final String CAUSE_HEADER = "kat-cause-revision";

    Request request() {
        return exchange.request();
    }

    /// How a write of this request is made.
    WriteCall write() {
        WriteCall write = newWrite();
        exchange.writes(write);
        return write;
    }

    private WriteCall newWrite() {
        return new WriteCall(user.name(), cause(), manager(), isDryRun(), info.subresource())
                .by(user.toSender())
                .asked(info.verb())
                .with(options())
                .validating(
                        switch (query.get("fieldValidation")) {
                            case "Strict" -> FieldValidation.STRICT;
                            case "Ignore" -> FieldValidation.IGNORE;
                            default -> FieldValidation.WARN;
                        });
    }

    /// The options of a create, update or patch as they stand in the address.
    private JsonObject options() {
        JsonObject.Builder options = JsonObject.builder();
        if (query.has("dryRun")) {
            options.put("dryRun", JsonArray.ofStrings(query.all("dryRun")));
        }
        return options.putUnlessEmpty("fieldManager", query.get("fieldManager"))
                .putUnlessEmpty("fieldValidation", query.get("fieldValidation"))
                .build();
    }

    private long cause() {
        String text = request().header(CAUSE_HEADER);
        if (text == null || text.length() > 18) {
            return 0;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return 0;
            }
        }
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private String manager() {
        String agent = request().header("user-agent");
        return ManagerNames.of(query.get("fieldManager"), agent == null ? "" : agent);
    }

    boolean isDryRun() {
        return query.has("dryRun") && query.all("dryRun").contains("All");
    }

    void send(Answer answer) {
        exchange.send(answer);
    }

    /// Sends an object, in the form and with the white space that were asked for.
    void sendJson(int code, byte[] json, List<String> warnings) {
        List<String> all = withNotices(warnings);
        tellBody(() -> json);
        exchange.send(rendered(code, json).with(WarningHeaders.of(all)));
    }

    /// As [#sendJson(int, byte[], List)] for what may be a Status.
    void sendJson(int code, JsonObject json, List<String> warnings) {
        AuditRecord record = exchange.audit();
        if (record != null && json.string("kind").equals("Status")) {
            record.answeredStatus(json, code);
        }
        sendJson(code, json.toBytes(), warnings);
    }

    /// Tells the audit log the body of the answer when it wants such.
    void tellBody(Supplier<byte[]> json) {
        AuditRecord record = exchange.audit();
        if (record != null
                && record.wantsResponse()
                && Json.parse(json.get()) instanceof JsonObject object) {
            record.answered(object);
        }
    }

    /// Tells the audit log the object that was sent.
    ///
    /// @param whole the object as the log shows it
    void tellSent(JsonObject object, UnaryOperator<JsonObject> whole) {
        AuditRecord record = exchange.audit();
        if (record != null) {
            record.sent(record.wantsRequest() ? whole.apply(object) : object);
        }
    }

    /// As [#tellSent] for a patch or options.
    void tellSentBody(Json body) {
        AuditRecord record = exchange.audit();
        if (record != null) {
            record.sentBody(body);
        }
    }

    /// Tells the audit log that the version asked for will go.
    void tellDeprecation() {
        AuditRecord record = exchange.audit();
        if (record != null && !notices.isEmpty()) {
            record.annotate("k8s.io/deprecated", "true");
        }
    }

    /// As [#sendJson(int, byte[], List)] for an object in parts.
    void sendJson(int code, List<byte[]> parts, List<String> warnings) {
        boolean asIs = type.form() == MediaType.Form.JSON && !type.pretty();
        Answer whole = new Answer(code, Answer.JSON, Answers.NO_CACHE, parts);
        tellBody(whole::joined);
        List<String> all = withNotices(warnings);
        exchange.send((asIs ? whole : rendered(code, whole.joined())).with(WarningHeaders.of(all)));
    }

    void sendJson(int code, JsonObject json) {
        sendJson(code, json.toBytes(), List.of());
    }

    /// Sends an object that is protobuf already, in parts.
    void sendProtobuf(int code, List<byte[]> body, List<String> warnings) {
        List<String> all = withNotices(warnings);
        exchange.send(Rendering.protobufBody(code, body).with(WarningHeaders.of(all)));
    }

    Answer rendered(int code, byte[] json) {
        return Rendering.of(code, json, type);
    }

    /// Sends a refusal, with what the write wants to tell all the same.
    void fail(Status status) {
        List<String> all = withNotices(exchange.warnings());
        exchange.refuse(status, WarningHeaders.of(all));
    }

    /// What is told of the credentials comes before what is told of the kind, and that before
    /// what is told of the object.
    private List<String> withNotices(List<String> warnings) {
        List<String> all = new ArrayList<>();
        all.add(exchange.warning());
        all.addAll(notices);
        all.addAll(warnings);
        return all;
    }
}
