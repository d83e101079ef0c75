using Manifold.Grains;

namespace Manifold.Server.Tests;

/// <summary>What Helm makes of the chart: silos that start, probes that ask the right port, a silo port that is closed to others.</summary>
public sealed class ChartTests
{
    private static readonly (string Name, string Kind, SiloRoles Role)[] Workloads =
    [
        ("one-manifold-shard", "StatefulSet", SiloRoles.Shard),
        ("one-manifold-encoder", "Deployment", SiloRoles.Encoder),
        ("one-manifold-gateway", "Deployment", SiloRoles.Gateway),
    ];

    public static TheoryData<string> Roles => ["shard", "encoder", "gateway"];

    [Fact]
    public async Task Lint_WithWhatIsRequired_Passes()
    {
        var (exitCode, output, error) = await Helm.RunAsync(
            "lint", "--strict", DeploymentFiles.FullPath(Helm.Chart), "--set", "segments.store=s3://bucket", "--set", "redis.existingSecret=redis");
        Assert.True(exitCode == 0, output + error);
    }

    [Theory]
    [InlineData("segments.store", "segments.existingClaim", "redis.existingSecret=redis")]
    [InlineData("redis.connectionString", "redis.existingSecret", "segments.existingClaim=claim")]
    [InlineData("/encoder/gpu", "cout", "redis.existingSecret=redis,segments.existingClaim=claim,encoder.gpu.cout=1")]
    public async Task Template_WithoutWhatIsRequiredOrWithWhatIsUnknown_NamesIt(string first, string second, string values)
    {
        var (exitCode, _, error) = await Helm.RunAsync("template", "one", DeploymentFiles.FullPath(Helm.Chart), "--set", values);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(first, error, StringComparison.Ordinal);
        Assert.Contains(second, error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Silo_Environment_IsThatOfItsRoleUnderThePodsName(string role)
    {
        var workload = Workload(await Helm.TemplateAsync("encoder.device=cuda"), role);
        var container = workload.MapAt("spec", "template", "spec", "containers", 0);
        var variables = container.ListAt("env").ToDictionary(v => v.TextAt("name"), v => v.At("value") as string ?? $"from {v.TextAt("valueFrom", v.MapAt("valueFrom").Keys.Single(), v.MapAt("valueFrom").ContainsKey("fieldRef") ? "fieldPath" : "key")}");
        Assert.Equal("from metadata.name", variables["POD_NAME"]);
        Assert.Equal("from status.podIP", variables["Orleans__Endpoints__AdvertisedIPAddress"]);
        Assert.Equal("from connection-string", variables["ConnectionStrings__redis"]);

        var options = SiloSettings.Read(variables.Where(v => v.Key.Contains("__", StringComparison.Ordinal)));
        Assert.Equal(Workloads.Single(w => w.Name.EndsWith(role, StringComparison.Ordinal)).Role, options.ParseRoles());
        Assert.Equal("$(POD_NAME)", options.Name);
        Assert.Equal(role == "encoder" ? Encoders.EncoderDevice.Cuda : Encoders.EncoderDevice.Auto, options.Encoders.Device);
        var ports = container.ListAt("ports").ToDictionary(p => p.TextAt("name"), p => p.TextAt("containerPort"));
        Assert.Equal($"{options.HttpPort}", ports["http"]);
        Assert.Equal(variables["Orleans__Endpoints__SiloPort"], ports["silo"]);
        Assert.Equal(role == "gateway" ? $"{options.Port}" : null, ports.GetValueOrDefault("grpc"));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Silo_Probes_AskHealthForReadinessAndAliveForLife(string role)
    {
        var container = Workload(await Helm.TemplateAsync(), role).MapAt("spec", "template", "spec", "containers", 0);
        foreach (var (probe, path) in new[] { ("startupProbe", "/health"), ("readinessProbe", "/health"), ("livenessProbe", "/alive") })
        {
            Assert.Equal(path, container.TextAt(probe, "httpGet", "path"));
            Assert.Equal("http", container.TextAt(probe, "httpGet", "port"));
        }
    }

    [Fact]
    public async Task Selectors_OfAllThatSelects_MatchPods()
    {
        var objects = await Helm.TemplateAsync("serviceMonitor.enabled=true");
        var pods = Workloads.Select(w => Find(objects, w.Kind, w.Name).MapAt("spec", "template", "metadata", "labels")).ToArray();
        var selectors = new[]
        {
            (Find(objects, "Service", "one-manifold").MapAt("spec", "selector"), 1),
            (Find(objects, "Service", "one-manifold-silos").MapAt("spec", "selector"), 3),
            (Find(objects, "PodDisruptionBudget", "one-manifold-shard").MapAt("spec", "selector", "matchLabels"), 1),
            (Find(objects, "NetworkPolicy", "one-manifold-silos").MapAt("spec", "podSelector", "matchLabels"), 3),
            (Find(objects, "NetworkPolicy", "one-manifold-gateway").MapAt("spec", "podSelector", "matchLabels"), 1),
        };
        Assert.All(selectors, s => Assert.Equal(s.Item2, pods.Count(labels => Matches(s.Item1, labels))));
        Assert.All(Workloads, w => Assert.Equal(1, pods.Count(labels => Matches(Find(objects, w.Kind, w.Name).MapAt("spec", "selector", "matchLabels"), labels))));
        var monitored = Find(objects, "ServiceMonitor", "one-manifold").MapAt("spec", "selector", "matchLabels");
        Assert.Equal("one-manifold-silos", objects.Single(o => o.TextAt("kind") == "Service" && Matches(monitored, o.MapAt("metadata", "labels"))).TextAt("metadata", "name"));
    }

    [Fact]
    public async Task NetworkPolicy_OfTheSiloPort_LetsSilosInOnly()
    {
        var objects = await Helm.TemplateAsync();
        var rules = objects.Where(o => o.TextAt("kind") == "NetworkPolicy").SelectMany(o => o.ListAt("spec", "ingress")).ToArray();
        var rule = Assert.Single(rules, r => r.ListAt("ports").Any(p => p.At("port") is "silo" or "11111" or null) || r.ListAt("ports").Count == 0);
        var from = Assert.Single(rule.ListAt("from"));
        Assert.Equal(Find(objects, "Service", "one-manifold-silos").MapAt("spec", "selector"), from.MapAt("podSelector", "matchLabels"));
        Assert.DoesNotContain(from.MapAt().Keys, key => key is not "podSelector");

        Assert.DoesNotContain(await Helm.TemplateAsync("networkPolicy.enabled=false"), o => o.TextAt("kind") == "NetworkPolicy");
    }

    [Fact]
    public async Task Encoder_WithGpus_AsksForThemBesideItsMemory()
    {
        var limits = Workload(await Helm.TemplateAsync("encoder.gpu.count=2"), "encoder").MapAt("spec", "template", "spec", "containers", 0, "resources", "limits");
        Assert.Equal("2", limits["nvidia.com/gpu"]);
        Assert.Equal("4Gi", limits["memory"]);
        Assert.DoesNotContain("nvidia.com/gpu", Workload(await Helm.TemplateAsync(), "encoder").MapAt("spec", "template", "spec", "containers", 0, "resources", "limits").Keys);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Segments_OnAClaim_AreMountedWhereTheStoreIs(string role)
    {
        var pod = Workload(await Helm.TemplateAsync("segments.existingClaim=claim", "segments.s3ExistingSecret=s3"), role).MapAt("spec", "template", "spec");
        var store = pod.ListAt("containers", 0, "env").Single(v => v.TextAt("name") == "Manifold__SegmentStore").TextAt("value");
        Assert.Equal(store, $"file://{pod.ListAt("containers", 0, "volumeMounts").Single(m => m.TextAt("name") == "segments").TextAt("mountPath")}");
        Assert.Equal("claim", pod.ListAt("volumes").Single(v => v.TextAt("name") == "segments").TextAt("persistentVolumeClaim", "claimName"));
        Assert.Empty(pod.ListAt("containers", 0, "envFrom"));
    }

    [Fact]
    public async Task Segments_InABucket_HaveTheSecretsCredentials()
    {
        var pod = Workload(await Helm.TemplateAsync("segments.s3ExistingSecret=s3"), "shard").MapAt("spec", "template", "spec");
        Assert.Equal("s3", pod.TextAt("containers", 0, "envFrom", 0, "secretRef", "name"));
    }

    private static Dictionary<object, object?> Workload(IReadOnlyList<Dictionary<object, object?>> objects, string role)
    {
        var (name, kind, _) = Workloads.Single(w => w.Name.EndsWith(role, StringComparison.Ordinal));
        return Find(objects, kind, name);
    }

    private static Dictionary<object, object?> Find(IReadOnlyList<Dictionary<object, object?>> objects, string kind, string name) =>
        objects.Single(o => o.TextAt("kind") == kind && o.TextAt("metadata", "name") == name);

    private static bool Matches(Dictionary<object, object?> selector, Dictionary<object, object?> labels) =>
        selector.Count > 0 && selector.All(pair => Equals(labels.GetValueOrDefault(pair.Key), pair.Value));
}
