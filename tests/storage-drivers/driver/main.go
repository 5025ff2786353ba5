// A storage driver for one node, with which the sidecars of others are tried: each volume is a sparse file on a loop
// device, with a file system or as a device. It snapshots, copies and grows volumes, and registers itself.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

const driverName = "disk.csi.kat.dev"

type identity struct {
	csi.UnimplementedIdentityServer
}

func (identity) GetPluginInfo(context.Context, *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return &csi.GetPluginInfoResponse{Name: driverName, VendorVersion: "1"}, nil
}

func (identity) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return &csi.ProbeResponse{Ready: wrapperspb.Bool(true)}, nil
}

func (identity) GetPluginCapabilities(
	context.Context, *csi.GetPluginCapabilitiesRequest) (*csi.GetPluginCapabilitiesResponse, error) {
	answer := &csi.GetPluginCapabilitiesResponse{Capabilities: []*csi.PluginCapability{{
		Type: &csi.PluginCapability_VolumeExpansion_{VolumeExpansion: &csi.PluginCapability_VolumeExpansion{
			Type: csi.PluginCapability_VolumeExpansion_ONLINE}}}}}
	for _, service := range []csi.PluginCapability_Service_Type{
		csi.PluginCapability_Service_CONTROLLER_SERVICE,
		csi.PluginCapability_Service_VOLUME_ACCESSIBILITY_CONSTRAINTS,
	} {
		answer.Capabilities = append(answer.Capabilities, &csi.PluginCapability{
			Type: &csi.PluginCapability_Service_{Service: &csi.PluginCapability_Service{Type: service}}})
	}
	return answer, nil
}

type registrar struct {
	registration.UnimplementedRegistrationServer
	endpoint string
}

func (r registrar) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{Type: registration.CSIPlugin, Name: driverName, Endpoint: r.endpoint,
		SupportedVersions: []string{"1.0.0"}}, nil
}

func (registrar) NotifyRegistrationStatus(
	_ context.Context, told *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	log.Printf("registered=%t error=%q", told.PluginRegistered, told.Error)
	return &registration.RegistrationStatusResponse{}, nil
}

// listen makes a socket in the place of one that another start left.
func listen(path string) net.Listener {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	socket, err := net.Listen("unix", path)
	if err != nil {
		log.Fatal(err)
	}
	return socket
}

// logged writes down what changes something, and every failure.
func logged(
	ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	answer, err := handler(ctx, request)
	method := filepath.Base(info.FullMethod)
	asks := strings.HasPrefix(method, "Get") || strings.Contains(method, "Get") || method == "Probe"
	if err != nil || !asks {
		log.Printf("%s %v error=%v", method, request, err)
	}
	return answer, err
}

// required fails where one of the values is missing.
func required(what string, values ...string) error {
	for _, value := range values {
		if value == "" {
			return status.Error(codes.InvalidArgument, what+" missing")
		}
	}
	return nil
}

// run starts a program, and gives what it wrote.
func run(program string, arguments ...string) (string, error) {
	written, err := exec.Command(program, arguments...).CombinedOutput()
	if err != nil {
		return "", status.Errorf(codes.Internal, "%s %v: %v: %s", program, arguments, err, written)
	}
	return strings.TrimSpace(string(written)), nil
}

func main() {
	endpoint := flag.String("endpoint", "/csi/csi.sock", "the driver's own socket")
	known := flag.String("known-as", "", "the path of the same socket that the kubelet is told")
	registry := flag.String("registry", "/registration", "the kubelet's plugins_registry")
	node := flag.String("node", "", "the name of the node")
	data := flag.String("data", "/data", "the folder with the files of volumes")
	flag.Parse()
	disks, err := openDisks(*data, *node)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.UnaryInterceptor(logged))
	csi.RegisterIdentityServer(server, identity{})
	csi.RegisterControllerServer(server, &controller{disks: disks})
	csi.RegisterNodeServer(server, &nodeServer{disks: disks})
	own := listen(*endpoint)
	go func() { log.Fatal(server.Serve(own)) }()
	plugins := grpc.NewServer()
	registration.RegisterRegistrationServer(plugins, registrar{endpoint: *known})
	log.Fatal(plugins.Serve(listen(filepath.Join(*registry, driverName+"-reg.sock"))))
}
