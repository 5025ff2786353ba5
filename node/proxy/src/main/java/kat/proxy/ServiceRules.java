package kat.proxy;

import java.util.ArrayList;
import java.util.List;
import kat.nftables.Chain;
import kat.nftables.ElementSet;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;
import kat.proxy.EndpointChoice.Here;
import kat.proxy.EndpointChoice.Target;
import kat.proxy.Fragment.Pick;
import kat.proxy.Fragment.UdpFlow;
import kat.proxy.ServiceSpec.ServicePort;

/// Computes one Service's part of the table. Pure.
final class ServiceRules {

    private final ServiceSpec service;
    private final Fragment.Builder fragment = new Fragment.Builder();

    private ServiceRules(ServiceSpec service) {
        this.service = service;
    }

    /// @param slices all EndpointSlices of the Service
    static Fragment compute(ServiceSpec service, List<SliceSpec> slices, Here here) {
        if (!service.isProxied()) {
            return Fragment.EMPTY;
        }
        ServiceRules rules = new ServiceRules(service);
        for (ServicePort port : service.ports()) {
            EndpointChoice choice = EndpointChoice.of(slices, port, here);
            rules.addInside(port, choice);
            rules.addOutside(port, choice);
            rules.addHairpins(choice);
        }
        for (String address : service.clusterIps()) {
            rules.fragment.element(TableLayout.CLUSTER_IPS.name(), address, "");
        }
        return rules.fragment.build();
    }

    /// Front ends as the cluster's own pods and the node see them.
    private void addInside(ServicePort port, EndpointChoice choice) {
        List<Target> targets = service.internalLocal() ? choice.local() : choice.cluster();
        for (String address : service.clusterIps()) {
            add(FrontEnds.ADDRESSES, address, new Behind(port, targets, choice));
        }
        Behind anywhere = new Behind(port, choice.cluster(), choice);
        for (String address : externalAddresses()) {
            add(FrontEnds.ADDRESSES, address, anywhere);
            addFirewall(address, port);
            if (service.classless() && service.balancerIps().contains(address)) {
                String key = FrontEnds.ADDRESSES.key(address, port.protocol(), port.port());
                fragment.element(TableLayout.UNASKED.name(), key, "");
            }
        }
        if (port.nodePort() != 0) {
            add(FrontEnds.PORTS, "", anywhere);
            fragment.element(
                    TableLayout.OPEN_PORTS.name(), port.protocol() + " . " + port.nodePort(), "");
        }
    }

    /// Front ends whose policy keeps what comes from outside on this node.
    private void addOutside(ServicePort port, EndpointChoice choice) {
        if (!service.externalLocal()) {
            return;
        }
        Behind here = new Behind(port, choice.local(), choice);
        for (String address : externalAddresses()) {
            add(FrontEnds.OUTSIDE_ADDRESSES, address, here);
        }
        if (port.nodePort() != 0) {
            add(FrontEnds.OUTSIDE_PORTS, "", here);
        }
    }

    private List<String> externalAddresses() {
        List<String> addresses = new ArrayList<>(service.externalIps());
        addresses.addAll(service.balancerIps());
        return addresses;
    }

    /// What is behind a front end.
    private record Behind(ServicePort port, List<Target> targets, EndpointChoice choice) {}

    /// @param address empty for a port of the node
    private void add(FrontEnds kind, String address, Behind behind) {
        ServicePort port = behind.port();
        int number = address.isEmpty() ? port.nodePort() : port.port();
        String key = kind.key(address, port.protocol(), number);
        if (port.protocol().equals("udp")) {
            for (Target target : behind.choice().serving()) {
                fragment.flow(new UdpFlow(address, number, target.address()));
            }
        }
        if (behind.targets().isEmpty()) {
            addRefusal(kind, key, behind.choice());
        } else if (service.affinitySeconds() > 0) {
            fragment.element(kind.verdicts().name(), key, "goto " + addSticky(behind));
        } else {
            addPick(fragment, kind, key, behind.targets());
        }
    }

    /// Where there are endpoints elsewhere, silence makes the sender try elsewhere. Outsiders need
    /// no refusal of their own where there is none at all: they fall through to the common one.
    private void addRefusal(FrontEnds kind, String key, EndpointChoice choice) {
        String refused = kind.refused().name();
        if (choice.anywhere()) {
            fragment.element(refused, key, "goto " + TableLayout.REFUSE_DROP);
        } else if (!kind.isOutside()) {
            fragment.element(refused, key, "goto " + TableLayout.REFUSE);
        }
    }

    /// A front end whose connections go to any of `targets`, each as likely.
    static void addPick(
            Fragment.Builder fragment, FrontEnds kind, String key, List<Target> targets) {
        Pick pick = new Pick(kind, targets.size());
        fragment.pick(pick);
        fragment.element(kind.verdicts().name(), key, "goto " + pick.chain());
        for (int i = 0; i < targets.size(); i++) {
            fragment.element(kind.endpoints(i).name(), key, targets.get(i).toString());
        }
    }

    /// Chains for clients that come back: one per endpoint with a set of its clients, and one that
    /// asks those sets first. Node port and addresses share them. Gives the latter's name.
    private String addSticky(Behind behind) {
        ServicePort port = behind.port();
        String id =
                service.key().namespace()
                        + "/"
                        + service.key().name()
                        + "/"
                        + port.protocol()
                        + "/"
                        + port.port();
        boolean all = behind.targets().equals(behind.choice().cluster());
        String entry = (all ? "sticky/" : "sticky-local/") + id;
        List<String> known = new ArrayList<>();
        List<String> fresh = new ArrayList<>();
        for (Target target : behind.targets()) {
            String name = id + "/" + named(target.address()) + "/" + target.port();
            String clients = "clients/" + name;
            String to = "to/" + name;
            fragment.set(
                    ElementSet.set(
                            clients,
                            "type ipv4_addr",
                            "flags dynamic, timeout",
                            "timeout " + service.affinitySeconds() + "s"));
            fragment.chain(
                    Chain.inner(
                            to,
                            "update @" + clients + " { ip saddr }",
                            "meta l4proto "
                                    + port.protocol()
                                    + " dnat to "
                                    + literal(target.address())
                                    + ":"
                                    + target.port()));
            known.add("ip saddr @" + clients + " goto " + to);
            fresh.add(fresh.size() + " : goto " + to);
        }
        known.add(
                "numgen random mod " + fresh.size() + " vmap { " + String.join(", ", fresh) + " }");
        fragment.chain(new Chain(entry, "", known));
        return entry;
    }

    /// Names of sets hold no colons.
    private static String named(String address) {
        return address.replace(':', '_');
    }

    private static String literal(String address) {
        return IpFamily.of(address) == IpFamily.IPV6 ? "[" + address + "]" : address;
    }

    private void addFirewall(String address, ServicePort port) {
        if (service.sourceRanges().isEmpty() || !service.balancerIps().contains(address)) {
            return;
        }
        String key = FrontEnds.ADDRESSES.key(address, port.protocol(), port.port());
        fragment.element(TableLayout.FIREWALLED.name(), key, "");
        for (IpRange range : service.sourceRanges()) {
            fragment.element(TableLayout.ALLOWED.name(), range + " . " + key, "");
        }
    }

    /// A pod that reaches itself through a Service must see another sender than itself.
    private void addHairpins(EndpointChoice choice) {
        for (Target target : choice.local()) {
            addHairpin(fragment, target.address());
        }
    }

    static void addHairpin(Fragment.Builder fragment, String address) {
        fragment.element(TableLayout.HAIRPINS.name(), address + " . " + address, "");
    }
}
