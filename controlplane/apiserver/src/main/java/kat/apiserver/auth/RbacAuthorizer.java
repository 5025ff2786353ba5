package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Derived;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.store.Entry;
import kat.store.Store;

/// Role based access control, answered from memory. The index is made anew by the first question
/// after a role or binding changed; decisions are remembered until then.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `plugin/pkg/auth/authorizer/rbac/rbac.go`.
public final class RbacAuthorizer implements Authorizer, AutoCloseable {

    /// Remembered decisions; all are dropped when there are more.
    private static final int MAX_DECISIONS = 8192;

    /// Rules that allow more than this at once are told as they are, not taken apart.
    private static final int MOST_SINGLES = 10_000;

    private static final List<Kind> KINDS =
            List.of(Kinds.ROLE, Kinds.CLUSTER_ROLE, Kinds.ROLE_BINDING, Kinds.CLUSTER_ROLE_BINDING);

    private final Reader reader;
    private final Resources resources;
    private final Derived<State> state;

    private record Question(String user, List<String> groups, Action action) {}

    private record State(RbacIndex index, Map<Question, Decision> decisions) {}

    public RbacAuthorizer(Store store, Reader reader, Resources resources) {
        this.reader = reader;
        this.resources = resources;
        List<Resource> sources = KINDS.stream().map(resources::require).toList();
        this.state = new Derived<>(store, sources, this::read);
    }

    private State read() {
        return new State(RbacIndex.build(this::list), new ConcurrentHashMap<>());
    }

    private List<KubeObject> list(Kind kind) {
        Resource resource = resources.require(kind);
        List<KubeObject> found = new ArrayList<>();
        for (Entry entry : reader.page(resource, new Reader.Query("", null, 0, 0, "")).entries()) {
            found.add(resource.object(entry));
        }
        return found;
    }

    @Override
    public Decision authorize(User user, Action action) {
        if (user.isMaster()) {
            return new Decision(true, "");
        }
        State now = state.get();
        Action plain = action.fields().isEmpty() ? action : action.selecting("");
        Question question = new Question(user.name(), user.groups(), plain);
        Decision known = now.decisions().get(question);
        if (known != null) {
            return known;
        }
        Decision decision = decide(now.index(), user, action);
        if (now.decisions().size() >= MAX_DECISIONS) {
            now.decisions().clear();
        }
        now.decisions().put(question, decision);
        return decision;
    }

    private static Decision decide(RbacIndex index, User user, Action action) {
        for (RbacIndex.Grant grant : index.grants(user, action.namespace())) {
            for (RbacRule rule : grant.rules()) {
                if (rule.allows(action)) {
                    return new Decision(true, grant.origin());
                }
            }
        }
        return new Decision(false, "");
    }

    /// Everything a user may do in a namespace, rule by rule.
    public List<RbacRule> rules(User user, String namespace) {
        List<RbacRule> rules = new ArrayList<>();
        if (user.isMaster()) {
            List<String> all = List.of("*");
            rules.add(new RbacRule(all, all, all, List.of(), List.of()));
            rules.add(new RbacRule(all, List.of(), List.of(), List.of(), all));
        }
        for (RbacIndex.Grant grant : state.get().index().grants(user, namespace)) {
            rules.addAll(grant.rules());
        }
        return rules;
    }

    /// What of these rules a user does not hold, as Kubernetes writes it; empty when nothing.
    public List<String> missing(User user, String namespace, List<JsonObject> wanted) {
        List<RbacRule> held = rules(user, namespace);
        List<RbacRule> lacking = new ArrayList<>();
        for (JsonObject rule : wanted) {
            RbacRule whole = RbacRule.parse(rule);
            if (RbacRule.covers(held, whole)) {
                continue;
            }
            if (whole.singles() > MOST_SINGLES) {
                lacking.add(whole);
                continue;
            }
            for (RbacRule one : whole.single()) {
                if (!RbacRule.covers(held, one)) {
                    lacking.add(one);
                }
            }
        }
        return RbacRule.joined(lacking).stream().map(RbacRule::shown).distinct().sorted().toList();
    }

    /// The rules of a role; empty when there is none.
    public List<RbacRule> role(String kind, String namespace, String name) {
        return state.get().index().role(kind, namespace, name);
    }

    @Override
    public void close() {
        state.close();
    }
}
