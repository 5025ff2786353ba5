package kat.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.api.StatusException;
import kat.apiserver.auth.Authorizer.Action;
import org.junit.jupiter.api.Test;

class ImpersonationModesTest {

    private static final User CAROL = User.of("carol", List.of());
    private static final Action LIST = new Action("list", "", "v1", "pods", "", "default", "", "");

    private final List<String> asked = new ArrayList<>();

    private static User wanted(String name, List<String> groups) {
        return new User(name, "", groups, new TreeMap<>());
    }

    private static String shown(Action action) {
        return String.join(
                "/",
                action.verb(),
                action.group(),
                action.resource(),
                action.subresource(),
                action.namespace(),
                action.name());
    }

    private User become(User asking, User wanted, String... allowed) {
        Set<String> all = Set.of(allowed);
        Authorizer authorizer =
                (_, action) -> {
                    asked.add(shown(action));
                    return new Authorizer.Decision(all.contains(shown(action)), "");
                };
        return new ImpersonationModes(authorizer).become(asking, wanted, LIST);
    }

    private String refusal(User asking, User wanted, String... allowed) {
        return assertThrows(StatusException.class, () -> become(asking, wanted, allowed))
                .status()
                .message();
    }

    @Test
    void takesThePermissionOnEveryPartAsItAlwaysWas() {
        User wanted =
                new User(
                        "dave",
                        "7",
                        List.of("staff"),
                        new TreeMap<>(Map.of("acme.com/team", List.of("blue"))));

        User user =
                become(
                        CAROL,
                        wanted,
                        "impersonate//users///dave",
                        "impersonate//groups///staff",
                        "impersonate/authentication.k8s.io/uids///7",
                        "impersonate/authentication.k8s.io/userextras/acme.com/team//blue");

        assertEquals("7", user.uid());
        assertEquals(List.of("staff", User.AUTHENTICATED), user.groups());
        assertEquals(List.of("blue"), user.extra().get("acme.com/team"));
    }

    @Test
    void tellsWhatTheFirstWayThatFitsRefuses() {
        assertEquals(
                "pods is forbidden: User \"carol\" cannot impersonate-on:user-info:list resource"
                        + " \"pods\" in API group \"\" in the namespace \"default\"",
                refusal(CAROL, wanted("dave", List.of())));
        assertEquals(
                List.of(
                        "impersonate-on:user-info:list//pods//default/",
                        "impersonate//users///dave"),
                asked);
    }

    @Test
    void letsAUserDoSomeThingsAsAnother() {
        User user =
                become(
                        CAROL,
                        wanted("dave", List.of()),
                        "impersonate-on:user-info:list//pods//default/",
                        "impersonate:user-info/authentication.k8s.io/users///dave");

        assertEquals("dave", user.name());
        assertEquals(List.of(User.AUTHENTICATED), user.groups());
    }

    @Test
    void neverGivesTheGroupOfMastersInAConstrainedWay() {
        String refused =
                refusal(
                        CAROL,
                        wanted("dave", List.of(User.MASTERS)),
                        "impersonate-on:user-info:list//pods//default/",
                        "impersonate:user-info/authentication.k8s.io/users///dave",
                        "impersonate:user-info/authentication.k8s.io/groups///system:masters");

        assertTrue(
                refused.endsWith("impersonating the system:masters group is not allowed"), refused);
    }

    @Test
    void givesAServiceAccountItsGroups() {
        User user =
                become(
                        CAROL,
                        wanted("system:serviceaccount:ns:bot", List.of()),
                        "impersonate-on:serviceaccount:list//pods//default/",
                        "impersonate:serviceaccount/authentication.k8s.io/serviceaccounts//ns/bot");

        assertEquals(
                List.of("system:serviceaccounts", "system:serviceaccounts:ns", User.AUTHENTICATED),
                user.groups());
    }

    @Test
    void letsAnAgentActAsTheNodeOnWhichItRuns() {
        User agent =
                new User(
                        "system:serviceaccount:kube-system:agent",
                        "",
                        List.of(),
                        new TreeMap<>(
                                Map.of("authentication.kubernetes.io/node-name", List.of("a"))));
        String[] allowed = {
            "impersonate-on:associated-node:list//pods//default/",
            "impersonate:associated-node/authentication.k8s.io/nodes///*"
        };

        User user = become(agent, wanted("system:node:a", List.of()), allowed);

        assertEquals("system:node:a", user.name());
        assertEquals(List.of("system:nodes", User.AUTHENTICATED), user.groups());
        refusal(agent, wanted("system:node:b", List.of()), allowed);
    }

    @Test
    void asksForAllGroupsAtOnceWhenThereAreMany() {
        User user =
                become(
                        CAROL,
                        wanted("dave", List.of("a", "b", "c", "d")),
                        "impersonate-on:user-info:list//pods//default/",
                        "impersonate:user-info/authentication.k8s.io/users///dave",
                        "impersonate:user-info/authentication.k8s.io/groups///*");

        assertEquals(List.of("a", "b", "c", "d", User.AUTHENTICATED), user.groups());
    }
}
