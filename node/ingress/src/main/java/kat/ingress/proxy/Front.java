package kat.ingress.proxy;

import kat.ingress.route.Users;

/// What handlers of connections ask the front end for.
interface Front {

    /// What requests are answered by now.
    Live live();

    boolean isClosing();

    void log(Throwable cause);

    /// Checks a password away from the event loops; `then` is called on the worker's loop.
    void check(Worker worker, Users users, String[] nameAndPassword, PasswordChecked then);

    /// Is told whether a password was right.
    @FunctionalInterface
    interface PasswordChecked {
        void done(boolean right);
    }
}
