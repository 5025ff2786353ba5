package kat.cri;

/// SELinux labels; empty strings leave the choice to the runtime.
public record SelinuxOptions(String user, String role, String type, String level) {}
