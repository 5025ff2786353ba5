package kat.apiserver.auth;

/// Decides whether a user may do something.
///
/// **Threads:** any; never blocks.
public interface Authorizer {

    /// What is to be done.
    ///
    /// @param path set when it concerns no resource, else empty
    record Action(
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name,
            String path) {

        public static Action path(String verb, String path) {
            return new Action(verb, "", "", "", "", "", "", path);
        }

        public boolean isResource() {
            return path.isEmpty();
        }
    }

    /// @param reason why, for people; may be empty
    record Decision(boolean allowed, String reason) {}

    Decision authorize(User user, Action action);
}
