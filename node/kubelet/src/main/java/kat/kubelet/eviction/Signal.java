package kat.kubelet.eviction;

/// What can run short, in the order in which it is looked after.
public enum Signal {
    MEMORY("memory.available", "memory", "MemoryPressure"),
    NODE_FS("nodefs.available", "ephemeral-storage", "DiskPressure"),
    IMAGE_FS("imagefs.available", "ephemeral-storage", "DiskPressure"),
    NODE_INODES("nodefs.inodesFree", "inodes", "DiskPressure"),
    IMAGE_INODES("imagefs.inodesFree", "inodes", "DiskPressure"),
    PROCESSES("pid.available", "pids", "PIDPressure");

    private final String text;
    private final String resource;
    private final String condition;

    Signal(String text, String resource, String condition) {
        this.text = text;
        this.resource = resource;
        this.condition = condition;
    }

    /// As Kubernetes' configuration names it.
    public String text() {
        return text;
    }

    /// What pods request of it.
    public String resource() {
        return resource;
    }

    /// Of the node, while it is short.
    public String condition() {
        return condition;
    }

    public boolean isDisk() {
        return condition.equals("DiskPressure");
    }

    /// Whether files are counted.
    public boolean isInodes() {
        return resource.equals("inodes");
    }

    /// Whether it is measured in bytes, and not counted.
    public boolean isBytes() {
        return !isInodes() && this != PROCESSES;
    }
}
