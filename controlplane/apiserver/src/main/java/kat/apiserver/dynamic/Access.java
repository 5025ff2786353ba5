package kat.apiserver.dynamic;

import java.util.List;
import java.util.TreeMap;
import kat.api.cel.AccessCheck;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Sender;

/// Answers what expressions ask about permissions: those of the sender, or of a service account.
final class Access implements AccessCheck {

    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String ACCOUNTS = "system:serviceaccounts";

    private final Authorizer authorizer;
    private final Sender sender;

    Access(Authorizer authorizer, Sender sender) {
        this.authorizer = authorizer;
        this.sender = sender;
    }

    @Override
    public Answer check(Question question) {
        Action action =
                question.path().isEmpty()
                        ? new Action(
                                question.verb(),
                                question.group(),
                                "*",
                                question.resource(),
                                question.subresource(),
                                question.namespace(),
                                question.name(),
                                "")
                        : Action.path(question.verb(), question.path());
        Authorizer.Decision decision = authorizer.authorize(user(question.account()), action);
        return new Answer(decision.allowed(), decision.reason(), decision.fault());
    }

    private User user(String account) {
        if (account.isEmpty()) {
            return User.of(sender);
        }
        String namespace = account.substring(0, account.indexOf(':'));
        return new User(
                ACCOUNT + account,
                "",
                List.of(ACCOUNTS, ACCOUNTS + ":" + namespace, User.AUTHENTICATED),
                new TreeMap<>());
    }
}
