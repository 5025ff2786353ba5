package kat.api.cel;

import kat.api.cel.AccessCheck.Answer;
import kat.api.cel.AccessCheck.Question;
import kat.api.cel.Functions.Table;
import kat.api.names.Names;

/// Questions about permissions.
///
/// Selectors of a question are taken and not looked at: no authorizer here decides by them.
///
/// **Source:** `apiserver/pkg/cel/library/authz.go`.
public final class AuthorizerFunctions {

    /// The type of `authorizer`.
    public static final CelType AUTHORIZER = type("Authorizer");

    /// The type of `authorizer.requestResource`.
    public static final CelType RESOURCE_CHECK = type("ResourceCheck");

    private static final String PREFIX = "kubernetes.authorization.";
    private static final String RESOURCE = PREFIX + "ResourceCheck";
    private static final String DECISION = PREFIX + "Decision";

    private AuthorizerFunctions() {}

    private static CelType type(String name) {
        return CelType.opaque("kubernetes.authorization." + name);
    }

    /// A question that is being put together, or the answer to one.
    private record Asking(String typeName, AccessCheck check, Question question)
            implements Values.Opaque {

        Asking as(String type, Question next) {
            return new Asking(PREFIX + type, check, next);
        }
    }

    private record Decision(Answer answer) implements Values.Opaque {
        @Override
        public String typeName() {
            return DECISION;
        }
    }

    /// The value of `authorizer`.
    public static Object authorizer(AccessCheck check) {
        Question open = Question.resource("", "", "");
        return new Asking(AUTHORIZER.name(), check, open);
    }

    /// The value of `authorizer.requestResource`.
    ///
    /// @param resource what the request is about; without a verb
    public static Object requestResource(AccessCheck check, Question resource) {
        return new Asking(RESOURCE, check, resource);
    }

    static void addTo(Table table) {
        String authorizer = AUTHORIZER.name();
        table.put(authorizer + "|path(string):" + PREFIX + "PathCheck", AuthorizerFunctions::path);
        table.put(
                authorizer + "|group(string):" + PREFIX + "GroupCheck",
                a -> asking(a).as("GroupCheck", with(asking(a).question(), "group", text(a))));
        table.put(
                authorizer + "|serviceAccount(string,string):" + authorizer,
                AuthorizerFunctions::account);
        table.put(
                PREFIX + "GroupCheck|resource(string):" + RESOURCE,
                a -> {
                    if (text(a).isBlank()) {
                        throw new CelException("resource must not be empty");
                    }
                    return narrowed(a, "resource");
                });
        for (String part : new String[] {"subresource", "namespace", "name"}) {
            table.put(RESOURCE + "|" + part + "(string):" + RESOURCE, a -> narrowed(a, part));
        }
        for (String selector : new String[] {"fieldSelector", "labelSelector"}) {
            table.put(RESOURCE + "|" + selector + "(string):" + RESOURCE, a -> a[0]);
        }
        for (String asked : new String[] {"PathCheck", "ResourceCheck"}) {
            table.put(
                    PREFIX + asked + "|check(string):" + DECISION,
                    a -> {
                        Question question = with(asking(a).question(), "verb", text(a));
                        return new Decision(asking(a).check().check(question));
                    });
        }
        table.put(DECISION + "|allowed():bool", a -> ((Decision) a[0]).answer().allowed());
        table.put(DECISION + "|reason():string", a -> ((Decision) a[0]).answer().reason());
        table.put(DECISION + "|errored():bool", a -> !((Decision) a[0]).answer().fault().isEmpty());
        table.put(DECISION + "|error():string", a -> ((Decision) a[0]).answer().fault());
        table.put(
                "jsonpatch.escapeKey(string):string",
                a -> ((String) a[0]).replace("~", "~0").replace("/", "~1"));
    }

    private static Asking asking(Object[] arguments) {
        return (Asking) arguments[0];
    }

    private static String text(Object[] arguments) {
        return (String) arguments[1];
    }

    private static Object path(Object[] arguments) {
        if (text(arguments).isBlank()) {
            throw new CelException("path must not be empty");
        }
        Asking asking = asking(arguments);
        return asking.as("PathCheck", with(asking.question(), "path", text(arguments)));
    }

    private static Object account(Object[] arguments) {
        String namespace = text(arguments);
        String name = (String) arguments[2];
        if (!Names.dnsSubdomain(name).isEmpty()) {
            throw new CelException("Invalid service account name");
        }
        if (!Names.dnsLabel(namespace).isEmpty()) {
            throw new CelException("Invalid service account namespace");
        }
        Asking asking = asking(arguments);
        return asking.as("Authorizer", with(asking.question(), "account", namespace + ":" + name));
    }

    private static Object narrowed(Object[] arguments, String part) {
        Asking asking = asking(arguments);
        return asking.as("ResourceCheck", with(asking.question(), part, text(arguments)));
    }

    private static Question with(Question question, String part, String value) {
        Question q = question;
        return new Question(
                part.equals("account") ? value : q.account(),
                part.equals("verb") ? value : q.verb(),
                part.equals("path") ? value : q.path(),
                part.equals("group") ? value : q.group(),
                part.equals("resource") ? value : q.resource(),
                part.equals("subresource") ? value : q.subresource(),
                part.equals("namespace") ? value : q.namespace(),
                part.equals("name") ? value : q.name());
    }
}
