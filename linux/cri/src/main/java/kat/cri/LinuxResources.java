package kat.cri;

import java.util.Map;

/// Limits the kernel enforces through control groups. 0 or empty leaves the kernel's default.
///
/// @param cpuPeriod microseconds
/// @param cpuQuota microseconds per period; -1 for no limit
/// @param cpuShares relative weight, 2 to 262144
/// @param memoryLimitBytes more ends in an out-of-memory kill
/// @param oomScoreAdj -1000 (killed last) to 1000
/// @param memorySwapLimitBytes memory and swap together
/// @param hugepageLimits page size such as `2MB` to bytes
/// @param unified control group v2 keys and values as they are
public record LinuxResources(
        long cpuPeriod,
        long cpuQuota,
        long cpuShares,
        long memoryLimitBytes,
        long oomScoreAdj,
        String cpusetCpus,
        String cpusetMems,
        long memorySwapLimitBytes,
        Map<String, Long> hugepageLimits,
        Map<String, String> unified) {

    public LinuxResources {
        hugepageLimits = Copies.map(hugepageLimits);
        unified = Copies.map(unified);
    }

    public LinuxResources withCpuPeriod(long value) {
        return new LinuxResources(
                value,
                cpuQuota,
                cpuShares,
                memoryLimitBytes,
                oomScoreAdj,
                cpusetCpus,
                cpusetMems,
                memorySwapLimitBytes,
                hugepageLimits,
                unified);
    }

    public LinuxResources withCpuQuota(long value) {
        return new LinuxResources(
                cpuPeriod,
                value,
                cpuShares,
                memoryLimitBytes,
                oomScoreAdj,
                cpusetCpus,
                cpusetMems,
                memorySwapLimitBytes,
                hugepageLimits,
                unified);
    }

    public LinuxResources withCpuShares(long value) {
        return new LinuxResources(
                cpuPeriod,
                cpuQuota,
                value,
                memoryLimitBytes,
                oomScoreAdj,
                cpusetCpus,
                cpusetMems,
                memorySwapLimitBytes,
                hugepageLimits,
                unified);
    }

    public LinuxResources withMemoryLimitBytes(long value) {
        return new LinuxResources(
                cpuPeriod,
                cpuQuota,
                cpuShares,
                value,
                oomScoreAdj,
                cpusetCpus,
                cpusetMems,
                memorySwapLimitBytes,
                hugepageLimits,
                unified);
    }

    public LinuxResources withOomScoreAdj(long value) {
        return new LinuxResources(
                cpuPeriod,
                cpuQuota,
                cpuShares,
                memoryLimitBytes,
                value,
                cpusetCpus,
                cpusetMems,
                memorySwapLimitBytes,
                hugepageLimits,
                unified);
    }

    public LinuxResources withCpusetCpus(String value) {
        return new LinuxResources(
                cpuPeriod,
                cpuQuota,
                cpuShares,
                memoryLimitBytes,
                oomScoreAdj,
                value,
                cpusetMems,
                memorySwapLimitBytes,
                hugepageLimits,
                unified);
    }

    public LinuxResources withHugepageLimits(Map<String, Long> value) {
        return new LinuxResources(
                cpuPeriod,
                cpuQuota,
                cpuShares,
                memoryLimitBytes,
                oomScoreAdj,
                cpusetCpus,
                cpusetMems,
                memorySwapLimitBytes,
                value,
                unified);
    }

    public LinuxResources withUnified(Map<String, String> value) {
        return new LinuxResources(
                cpuPeriod,
                cpuQuota,
                cpuShares,
                memoryLimitBytes,
                oomScoreAdj,
                cpusetCpus,
                cpusetMems,
                memorySwapLimitBytes,
                hugepageLimits,
                value);
    }

    public LinuxResources withMemorySwapLimitBytes(long value) {
        return new LinuxResources(
                cpuPeriod,
                cpuQuota,
                cpuShares,
                memoryLimitBytes,
                oomScoreAdj,
                cpusetCpus,
                cpusetMems,
                value,
                hugepageLimits,
                unified);
    }

    public static final LinuxResources NONE =
            new LinuxResources(0, 0, 0, 0, 0, "", "", 0, Map.of(), Map.of());
}
