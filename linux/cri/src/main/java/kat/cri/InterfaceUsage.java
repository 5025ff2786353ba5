package kat.cri;

/// Traffic of one network interface since it was made.
public record InterfaceUsage(
        String name, long rxBytes, long rxErrors, long txBytes, long txErrors) {}
