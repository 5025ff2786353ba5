package kat.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.StatusException;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.User;
import kat.apiserver.http.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImpersonationTest {

    private static final User CAROL = User.of("carol", List.of());

    private final Set<String> asked = new LinkedHashSet<>();

    /// A request of which only the headers matter.
    private record Asked(Map<String, String> headers) implements Request {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public String rawQuery() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public List<String> headers(String name) {
            return headers.containsKey(name) ? List.of(headers.get(name)) : List.of();
        }

        @Override
        public List<Map.Entry<String, String>> allHeaders() {
            return List.copyOf(headers.entrySet());
        }

        @Override
        public byte[] body() {
            return new byte[0];
        }

        @Override
        public Peer peer() {
            return new Peer(null, true, "127.0.0.1");
        }
    }

    private User acting(Map<String, String> headers, String refused) {
        Authorizer authorizer =
                (_, action) -> {
                    String what =
                            String.join(
                                    "/",
                                    action.group(),
                                    action.resource(),
                                    action.subresource(),
                                    action.namespace(),
                                    action.name());
                    asked.add(what);
                    return new Authorizer.Decision(!what.equals(refused), "");
                };
        return Impersonation.of(new Asked(headers), CAROL, authorizer);
    }

    @Test
    void leavesARequestWithoutTheHeadersAlone() {
        assertSame(CAROL, acting(Map.of(), ""));
        assertEquals(Set.of(), asked);
    }

    @Test
    void asksForEveryPartByItself() {
        User user =
                acting(
                        Map.of(
                                "impersonate-user", "dave",
                                "impersonate-group", "staff",
                                "impersonate-uid", "7",
                                "impersonate-extra-acme.com%2fteam", "blue"),
                        "");

        assertEquals(
                Set.of(
                        "/users///dave",
                        "/groups///staff",
                        "authentication.k8s.io/uids///7",
                        "authentication.k8s.io/userextras/acme.com/team//blue"),
                asked);
        assertEquals("dave", user.name());
        assertEquals("7", user.uid());
        assertEquals(List.of("staff", User.AUTHENTICATED), user.groups());
        assertEquals(List.of("blue"), user.extra().get("acme.com/team"));
    }

    @Test
    void givesAServiceAccountItsGroups() {
        User user = acting(Map.of("impersonate-user", "system:serviceaccount:ns:bot"), "");

        assertEquals(Set.of("/serviceaccounts//ns/bot"), asked);
        assertEquals(
                List.of("system:serviceaccounts", "system:serviceaccounts:ns", User.AUTHENTICATED),
                user.groups());
    }

    @Test
    void refusesWhenOnePartIsNotAllowed() {
        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () ->
                                acting(
                                        Map.of("impersonate-user", "dave", "impersonate-uid", "7"),
                                        "authentication.k8s.io/uids///7"));

        assertEquals("Forbidden", refused.status().reason());
    }

    @Test
    void refusesPartsWithoutAUser() {
        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> acting(Map.of("impersonate-group", "system:masters"), ""));

        assertEquals(500, refused.status().code());
    }
}
