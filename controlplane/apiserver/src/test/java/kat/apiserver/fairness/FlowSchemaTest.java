package kat.apiserver.fairness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.User;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlowSchemaTest {

    private static final User ACCOUNT =
            User.of("system:serviceaccount:ns:app", List.of("system:serviceaccounts"));

    record Case(String name, String subject, String rule, Asked asked, boolean matches) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        String pods =
                "resourceRules: [{verbs: [get], apiGroups: [''], resources: [pods],"
                        + " namespaces: [ns]}]";
        String cluster =
                "resourceRules: [{verbs: ['*'], apiGroups: ['*'], resources: ['*'],"
                        + " clusterScope: true}]";
        String paths = "nonResourceRules: [{verbs: ['*'], nonResourceURLs: [/healthz, /a/*]}]";
        String any = "{kind: User, user: {name: '*'}}";
        return List.of(
                new Case("all users", any, pods, pods("get", "pods", "ns"), true),
                new Case("another verb", any, pods, pods("list", "pods", "ns"), false),
                new Case("a subresource", any, pods, pods("get", "pods/log", "ns"), false),
                new Case("another namespace", any, pods, pods("get", "pods", "x"), false),
                new Case("no namespace", any, pods, pods("get", "pods", ""), false),
                new Case("cluster scope", any, cluster, pods("get", "pods", ""), true),
                new Case("cluster scope alone", any, cluster, pods("get", "pods", "ns"), false),
                new Case("a path", any, paths, path("/healthz"), true),
                new Case("below a path", any, paths, path("/healthz/etcd"), true),
                new Case("beside a path", any, paths, path("/healthzz"), false),
                new Case("by wildcard", any, paths, path("/a/b"), true),
                new Case(
                        "a group",
                        "{kind: Group, group: {name: 'system:serviceaccounts'}}",
                        pods,
                        pods("get", "pods", "ns"),
                        true),
                new Case(
                        "an account",
                        "{kind: ServiceAccount, serviceAccount: {namespace: ns, name: app}}",
                        pods,
                        pods("get", "pods", "ns"),
                        true),
                new Case(
                        "all accounts of another namespace",
                        "{kind: ServiceAccount, serviceAccount: {namespace: n, name: '*'}}",
                        pods,
                        pods("get", "pods", "ns"),
                        false));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void matches(Case each) {
        FlowSchema schema =
                FlowSchema.parse(
                        (JsonObject)
                                Yaml.parse(
                                        "{metadata: {name: s}, spec: {rules: [{subjects: ["
                                                + each.subject()
                                                + "], "
                                                + each.rule()
                                                + "}]}}"));

        assertEquals(each.matches(), schema.matches(each.asked()));
    }

    private static Asked pods(String verb, String resource, String namespace) {
        return new Asked(ACCOUNT, verb, true, "", resource, namespace, "/");
    }

    private static Asked path(String path) {
        return new Asked(ACCOUNT, "get", false, "", "", "", path);
    }
}
