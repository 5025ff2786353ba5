package kat.api.validation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import org.jspecify.annotations.Nullable;

/// The rules for FlowSchemas and PriorityLevelConfigurations.
///
/// **Source:** Kubernetes' `pkg/apis/flowcontrol/validation`.
final class FlowRules {

    private static final int MAX_PRECEDENCE = 10_000;
    private static final int MAX_QUEUES = 10_000_000;
    private static final int HASH_BITS = 60;
    private static final List<String> VERBS =
            List.of(
                    "create",
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "proxy",
                    "update",
                    "watch");
    private static final List<String> KINDS = List.of("Group", "ServiceAccount", "User");

    private static final String EXEMPT = "exempt";
    private static final String CATCH_ALL = "catch-all";

    /// The field of the exempt level that an administrator may change.
    private static final String FREE = "exempt";

    private static final JsonObject CATCH_ALL_LEVEL =
            json(
                    "{'limited':{'lendablePercent':0,'limitResponse':{'type':'Reject'},"
                            + "'nominalConcurrencyShares':5},'type':'Limited'}");

    private static final String ALL_REQUESTS =
            "'rules':[{'nonResourceRules':[{'nonResourceURLs':['*'],'verbs':['*']}],"
                    + "'resourceRules':[{'apiGroups':['*'],'clusterScope':true,'namespaces':['*'],"
                    + "'resources':['*'],'verbs':['*']}],'subjects':[";

    private static final Map<String, JsonObject> FIXED_SCHEMAS =
            Map.of(
                    EXEMPT,
                    json(
                            "{'matchingPrecedence':1,'priorityLevelConfiguration':{'name':"
                                    + "'exempt'},"
                                    + ALL_REQUESTS
                                    + "{'group':{'name':'system:masters'},'kind':'Group'}]}]}"),
                    CATCH_ALL,
                    json(
                            "{'distinguisherMethod':{'type':'ByUser'},'matchingPrecedence':10000,"
                                    + "'priorityLevelConfiguration':{'name':'catch-all'},"
                                    + ALL_REQUESTS
                                    + "{'group':{'name':'system:unauthenticated'},'kind':'Group'},"
                                    + "{'group':{'name':'system:authenticated'},'kind':'Group'}]}]"
                                    + "}"));

    private FlowRules() {}

    private static JsonObject json(String text) {
        byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return (JsonObject) Json.parse(bytes);
    }

    static void flowSchema(Node schema) {
        Node spec = schema.child("spec");
        Node precedence = spec.child("matchingPrecedence");
        if (precedence.integer() <= 0) {
            precedence.invalid(Json.of(precedence.integer()), "must be a positive value");
        }
        if (precedence.integer() > MAX_PRECEDENCE) {
            precedence.invalid("must not be greater than " + MAX_PRECEDENCE);
        }
        boolean exempt = schema.child("metadata", "name").text().equals("exempt");
        if (precedence.integer() == 1 && !exempt) {
            precedence.invalid("only the schema named 'exempt' may have matchingPrecedence 1");
        }
        Node method = spec.child("distinguisherMethod");
        if (method.isSet()
                && !List.of("ByNamespace", "ByUser").contains(method.child("type").text())) {
            method.child("type")
                    .unsupported(
                            JsonObject.of("Type", method.child("type").json()),
                            List.of("ByNamespace", "ByUser"));
        }
        Node level = spec.child("priorityLevelConfiguration", "name");
        if (level.isEmpty()) {
            level.required("must reference a priority level");
        } else {
            Common.dnsSubdomain(level);
        }
        spec.child("rules").items().forEach(FlowRules::policyRule);
        fixed(spec, FIXED_SCHEMAS.get(schema.child("metadata", "name").text()), "");
    }

    /// What every server needs has a spec that nobody changes.
    ///
    /// @param but what may differ, as the message says it
    private static void fixed(Node spec, @Nullable JsonObject fixed, String but) {
        if (fixed != null && !spec.object().equals(fixed)) {
            String name = fixed.object("priorityLevelConfiguration").string("name", CATCH_ALL);
            spec.invalid("spec of '" + name + "'" + but + " must equal the fixed value");
        }
    }

    private static void policyRule(Node rule) {
        if (rule.child("subjects").isEmpty()) {
            rule.child("subjects").required("subjects must contain at least one value");
        }
        rule.child("subjects").items().forEach(FlowRules::subject);
        if (rule.child("resourceRules").isEmpty() && rule.child("nonResourceRules").isEmpty()) {
            rule.required("at least one of resourceRules and nonResourceRules has to be non-empty");
        }
        rule.child("resourceRules").items().forEach(FlowRules::resourceRule);
        for (Node each : rule.child("nonResourceRules").items()) {
            verbs(each.child("verbs"));
            Node urls = each.child("nonResourceURLs");
            alone(
                    urls,
                    "nonResourceURLs must contain at least one value",
                    "other non-resource URLs");
            if (!urls.list().strings().contains("*")) {
                urls.items().forEach(FlowRules::url);
            }
        }
    }

    private static void resourceRule(Node rule) {
        verbs(rule.child("verbs"));
        alone(
                rule.child("apiGroups"),
                "resource rules must supply at least one api group",
                "other api groups");
        alone(
                rule.child("resources"),
                "resource rules must supply at least one resource",
                "other resources");
        Node spaces = rule.child("namespaces");
        if (spaces.isEmpty() && !rule.child("clusterScope").bool()) {
            spaces.required(
                    "resource rules that are not cluster scoped must supply at least one"
                            + " namespace");
        } else if (spaces.list().strings().contains("*")) {
            if (spaces.list().size() > 1) {
                spaces.invalid("if '*' is present, must not specify other namespaces");
            }
        } else {
            for (Node space : spaces.items()) {
                for (String fault : Names.dnsLabel(space.text())) {
                    space.invalid(
                            "each member of this list must be '*' or a DNS-1123 label; " + fault);
                }
            }
        }
    }

    /// A list that is not empty, and has but one value if that is the wildcard.
    private static void alone(Node list, String needed, String others) {
        if (list.isEmpty()) {
            list.required(needed);
        } else if (list.list().size() > 1 && list.list().strings().contains("*")) {
            list.invalid("if '*' is present, must not specify " + others);
        }
    }

    private static void verbs(Node verbs) {
        alone(verbs, "verbs must contain at least one value", "other verbs");
        List<String> given = verbs.list().strings();
        if (!given.contains("*") && !VERBS.containsAll(given)) {
            verbs.unsupported(verbs.list(), VERBS);
        }
    }

    private static void url(Node url) {
        String text = url.text();
        long stars = text.chars().filter(each -> each == '*').count();
        if (text.isEmpty()) {
            url.invalid("must not be empty");
        } else if (text.equals("/")) {
            return;
        } else if (!text.startsWith("/")) {
            url.invalid("must start with slash");
        } else if (text.contains(" ")) {
            url.invalid("must not contain white-space");
        } else if (text.contains("//")) {
            url.invalid("must not contain double slash");
        } else if (stars > 1 || (stars == 1 && !text.endsWith("/*"))) {
            url.invalid("wildcard can only do suffix matching");
        }
    }

    private static void subject(Node subject) {
        Node kind = subject.child("kind");
        if (!KINDS.contains(kind.text())) {
            kind.unsupported(Json.of(kind.text()), KINDS);
            return;
        }
        String own = field(kind.text());
        Node named = subject.child(own);
        if (!named.isSet()) {
            named.required(own + " is required when subject kind is '" + kind.text() + "'");
        } else {
            name(named, kind.text());
        }
        for (String other : List.of("ServiceAccount", "User", "Group")) {
            String field = field(other);
            if (!other.equals(kind.text())) {
                subject.child(field)
                        .absent(field + " is forbidden when subject kind is not '" + other + "'");
            }
        }
    }

    private static String field(String kind) {
        return switch (kind) {
            case "ServiceAccount" -> "serviceAccount";
            case "User" -> "user";
            default -> "group";
        };
    }

    private static void name(Node subject, String kind) {
        Node name = subject.child("name");
        name.requireNotEmpty();
        if (!kind.equals("ServiceAccount")) {
            return;
        }
        if (!name.isEmpty() && !name.text().equals("*")) {
            Common.dnsSubdomain(name);
        }
        Node space = subject.child("namespace");
        if (space.isEmpty()) {
            space.required("must specify namespace for service account");
        } else {
            Common.dnsLabel(space);
        }
    }

    static void priorityLevel(Node level) {
        Node spec = level.child("spec");
        Node type = spec.child("type");
        boolean exempt = type.text().equals("Exempt");
        if (level.child("metadata", "name").text().equals("exempt") != exempt) {
            type.invalidText(type.text(), "must be 'Exempt' if and only if `name` is 'exempt'");
        }
        switch (type.text()) {
            case "Exempt" -> {
                spec.child("limited").absent("must be nil if the type is not Limited");
                Node shares = spec.child("exempt", "nominalConcurrencyShares");
                if (shares.integer() < 0) {
                    shares.invalid("must be a non-negative integer");
                }
                lendable(spec.child("exempt"));
            }
            case "Limited" -> {
                spec.child("exempt").absent("must be nil if the type is Limited");
                limited(spec);
            }
            case "" -> type.required();
            default -> type.unsupported("Exempt", "Limited");
        }
        String name = level.child("metadata", "name").text();
        if (name.equals(CATCH_ALL)) {
            fixed(spec, CATCH_ALL_LEVEL, "");
        } else if (name.equals(EXEMPT)
                && !spec.object().without(FREE).equals(JsonObject.of("type", Json.of("Exempt")))) {
            spec.invalid(
                    "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value");
        }
    }

    private static void lendable(Node level) {
        Node lendable = level.child("lendablePercent");
        if (lendable.isSet() && (lendable.integer() < 0 || lendable.integer() > 100)) {
            lendable.invalid("must be between 0 and 100, inclusive");
        }
    }

    private static void limited(Node spec) {
        Node limited = spec.child("limited");
        if (!limited.isSet()) {
            limited.required("must not be empty when type is Limited");
            return;
        }
        Node shares = limited.child("nominalConcurrencyShares");
        if (shares.integer() < 0) {
            shares.invalid("must be a non-negative integer");
        }
        Node response = limited.child("limitResponse");
        Node queuing = response.child("queuing");
        switch (response.child("type").text()) {
            case "Reject" ->
                    queuing.absent("must be nil if limited.limitResponse.type is not Limited");
            case "Queue" -> {
                if (queuing.isSet()) {
                    queuing(queuing);
                } else {
                    queuing.required("must not be empty if limited.limitResponse.type is Limited");
                }
            }
            case "" -> response.child("type").required();
            default -> response.child("type").unsupported("Queue", "Reject");
        }
        lendable(limited);
        Node borrowing = limited.child("borrowingLimitPercent");
        if (borrowing.integer() < 0) {
            borrowing.invalid("if specified, must be a non-negative integer");
        }
    }

    private static void queuing(Node queuing) {
        Node length = queuing.child("queueLengthLimit");
        Node queues = queuing.child("queues");
        Node hand = queuing.child("handSize");
        if (length.integer() <= 0) {
            length.invalid(Json.of(length.integer()), "must be positive");
        }
        if (queues.integer() <= 0) {
            queues.invalid(Json.of(queues.integer()), "must be positive");
        } else if (queues.integer() > MAX_QUEUES) {
            queues.invalid("must not be greater than " + MAX_QUEUES);
        }
        int bits = entropy(queues.integer(), hand.integer());
        if (hand.integer() <= 0) {
            hand.invalid(Json.of(hand.integer()), "must be positive");
        } else if (hand.integer() > queues.integer()) {
            hand.invalid("should not be greater than queues (" + queues.integer() + ")");
        } else if (bits > HASH_BITS) {
            hand.invalid(
                    "required entropy bits of deckSize "
                            + queues.integer()
                            + " and handSize "
                            + hand.integer()
                            + " should not be greater than "
                            + HASH_BITS);
        }
    }

    /// How many bits tell apart all hands of so many of the queues.
    private static int entropy(long queues, long hand) {
        return (int) Math.ceil(Math.log((double) queues) / Math.log(2) * hand);
    }
}
