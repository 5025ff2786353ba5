package kat.scheduler.devices;

/// A claim or class that cannot be understood, on any node; the message is for people.
final class AllocationFault extends RuntimeException {

    private static final long serialVersionUID = 1;

    AllocationFault(String message) {
        super(message, null, false, false);
    }
}
