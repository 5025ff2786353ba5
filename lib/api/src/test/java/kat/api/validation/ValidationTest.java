package kat.api.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ValidationTest {

    private static final String META = "metadata:{name:'m',namespace:'ns',resourceVersion:'1'}";
    private static final String CONTAINER =
            "{name:'a',image:'i',imagePullPolicy:'Always',terminationMessagePolicy:'File'}";
    private static final String POD_SPEC =
            "restartPolicy:'Always',dnsPolicy:'ClusterFirst',containers:[" + CONTAINER + "]";

    /// @param spec the pod's spec besides what every pod needs
    /// @param faults field and message of each cause
    record Case(String name, String spec, List<String> faults) {
        Case(String name, String spec, String... faults) {
            this(name, spec, List.of(faults));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> pods() {
        return Stream.of(
                new Case("plain", ""),
                new Case("grace period of zero", ",terminationGracePeriodSeconds:0"),
                new Case(
                        "unknown taint effect",
                        ",tolerations:[{key:'a',operator:'Exists',effect:'Nope'}]",
                        "spec.tolerations[0].effect: Unsupported value: \"Nope\": supported values:"
                                + " \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""),
                new Case(
                        "label value of a node selector",
                        ",nodeSelector:{'a/b/c':'d'}",
                        "spec.nodeSelector: Invalid value: \"a/b/c\": a valid label key must consist"
                                + " of alphanumeric characters, '-', '_' or '.', and must start and"
                                + " end with an alphanumeric character (e.g. 'MyName',  or"
                                + " 'my.name',  or '123-abc', regex used for validation is"
                                + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS"
                                + " subdomain prefix and '/' (e.g. 'example.com/MyName')"),
                new Case(
                        "two volume sources",
                        ",volumes:[{name:'v',emptyDir:{},hostPath:{path:'/x',type:''}}]",
                        "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume"
                                + " type"));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void checksPods(Case each) {
        KubeObject pod = object("{" + META + ",spec:{" + POD_SPEC + each.spec() + "}}");

        assertEquals(each.faults(), texts(Validation.create(Kinds.POD, pod)));
    }

    @Test
    void requiresANameAndANamespace() {
        assertEquals(
                List.of(
                        "metadata.name: Required value: name or generateName is required",
                        "metadata.namespace: Required value"),
                texts(Validation.create(Kinds.CONFIG_MAP, object("{metadata:{}}"))));
    }

    @Test
    void takesWhateverFitsIntoAPathAsTheNameOfAnOldEvent() {
        String about = "involvedObject:{namespace:'ns'}";
        KubeObject event =
                object(
                        "{metadata:{name:'About_It.1',generateName:'About_It.',namespace:'ns'},"
                                + about
                                + "}");

        assertEquals(List.of(), texts(Validation.create(Kinds.EVENT, event)));
        KubeObject slash = object("{metadata:{name:'a/b',namespace:'ns'}," + about + "}");
        assertEquals(
                List.of("metadata.name: Invalid value: \"a/b\": may not contain '/'"),
                texts(Validation.create(Kinds.EVENT, slash)));
    }

    @Test
    void allowsNoNamespaceToWhatHasNone() {
        KubeObject node = object("{metadata:{name:'n',namespace:'x'}}");

        assertEquals(
                List.of("metadata.namespace: Forbidden: not allowed on this type"),
                texts(Validation.create(Kinds.NODE, node)));
    }

    @Test
    void reportsAChangedUidOnceForAllKindsAndOnceForTheKind() {
        KubeObject before = object("{metadata:{name:'m',namespace:'ns',uid:'1'}}");
        KubeObject after =
                object("{metadata:{name:'m',namespace:'ns',uid:'2',resourceVersion:'1'}}");
        String fault = "metadata.uid: Invalid value: \"2\": field is immutable";

        assertEquals(
                List.of(fault, fault), texts(Validation.update(Kinds.CONFIG_MAP, after, before)));
    }

    @Test
    void allowsNoNewFinalizerOnWhatIsBeingDeleted() {
        String dying = "name:'m',namespace:'ns',deletionTimestamp:'2026-01-01T00:00:00Z'";
        KubeObject before = object("{metadata:{" + dying + ",finalizers:['a/b']}}");
        KubeObject after =
                object("{metadata:{" + dying + ",resourceVersion:'1',finalizers:['a/b','c/d']}}");

        assertEquals(
                "metadata.finalizers: Forbidden: no new finalizers can be added if the object is"
                        + " being deleted, found new finalizers []string{\"c/d\"}",
                texts(Validation.update(Kinds.CONFIG_MAP, after, before)).getFirst());
    }

    @Test
    void allowsPodsToChangeTheirImagesOnly() {
        KubeObject before = object("{" + META + ",spec:{" + POD_SPEC + "}}");
        KubeObject image = object(before.tree().toString().replace("\"i\"", "\"j\""));
        KubeObject host = before.withSpec(spec -> spec.with("hostname", "h"));

        assertEquals(List.of(), Validation.update(Kinds.POD, image, before));
        assertEquals(
                List.of("spec"),
                Validation.update(Kinds.POD, host, before).stream()
                        .map(Status.Cause::field)
                        .toList());
    }

    /// @param kind of the object
    /// @param before its stored form, after it the new one
    record Update(Kind kind, String before, String after, List<String> faults) {
        Update(Kind kind, String before, String after, String... faults) {
            this(kind, before, after, List.of(faults));
        }

        @Override
        public String toString() {
            return kind.kind() + " " + after;
        }
    }

    static Stream<Update> updates() {
        return Stream.of(
                new Update(
                        Kinds.CONFIG_MAP,
                        "immutable:true,data:{a:'1'}",
                        "immutable:true,data:{a:'2'}",
                        "data: Forbidden: field is immutable when `immutable` is set"),
                new Update(
                        Kinds.CONFIG_MAP,
                        "immutable:true,data:{a:'1'}",
                        "data:{a:'1'}",
                        "immutable: Forbidden: field is immutable when `immutable` is set"),
                new Update(
                        Kinds.SECRET,
                        "type:'Opaque'",
                        "type:'x'",
                        "type: Invalid value: \"x\": field is immutable"),
                new Update(
                        Kinds.ROLE_BINDING,
                        role("one"),
                        role("two"),
                        "roleRef: Invalid value: {\"apiGroup\":\"rbac.authorization.k8s.io\","
                                + "\"kind\":\"Role\",\"name\":\"two\"}: cannot change roleRef"),
                new Update(
                        Kinds.SERVICE,
                        service("10.96.0.7"),
                        service("10.96.0.8"),
                        "spec.clusterIPs[0]: Invalid value: [\"10.96.0.8\"]: may not change once"
                                + " set"));
    }

    private static String role(String name) {
        return "roleRef:{apiGroup:'rbac.authorization.k8s.io',kind:'Role',name:'" + name + "'}";
    }

    private static String service(String address) {
        return "spec:{type:'ClusterIP',sessionAffinity:'None',internalTrafficPolicy:'Cluster',"
                + "clusterIP:'"
                + address
                + "',clusterIPs:['"
                + address
                + "'],ports:[{port:80,protocol:'TCP',targetPort:80}]}";
    }

    @ParameterizedTest
    @MethodSource("updates")
    void checksUpdates(Update each) {
        KubeObject before = object("{" + META + "," + each.before() + "}");
        KubeObject after = object("{" + META + "," + each.after() + "}");

        assertEquals(each.faults(), texts(Validation.update(each.kind(), after, before)));
    }

    private static List<String> texts(List<Status.Cause> causes) {
        return causes.stream().map(cause -> cause.field() + ": " + cause.message()).toList();
    }

    /// Reads JSON whose names may go without quotes and whose texts stand in single ones.
    private static KubeObject object(String text) {
        String quoted = text.replaceAll("([{,])\\s*([A-Za-z]+):", "$1\"$2\":").replace('\'', '"');
        byte[] bytes = quoted.getBytes(StandardCharsets.UTF_8);
        return new KubeObject((JsonObject) Json.parse(bytes));
    }
}
