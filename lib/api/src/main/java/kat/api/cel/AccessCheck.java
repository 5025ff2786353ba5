package kat.api.cel;

/// Answers what expressions ask about permissions: `authorizer.group('apps')…check('create')`.
///
/// **Threads:** any; may block while another server is asked.
public interface AccessCheck {

    /// What is asked.
    ///
    /// @param account `NAMESPACE:NAME` of a service account; empty for who makes the request
    /// @param path of what is no resource; empty for a resource
    record Question(
            String account,
            String verb,
            String path,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name) {

        /// About a resource, by who makes the request; the verb follows.
        public static Question resource(String group, String resource, String subresource) {
            return new Question("", "", "", group, resource, subresource, "", "");
        }

        /// The same about one object or one namespace.
        public Question of(String otherNamespace, String otherName) {
            return new Question(
                    account, verb, path, group, resource, subresource, otherNamespace, otherName);
        }
    }

    /// @param reason for people; may be empty
    /// @param fault why somebody who was asked could not decide; empty for no such
    record Answer(boolean allowed, String reason, String fault) {}

    Answer check(Question question);
}
