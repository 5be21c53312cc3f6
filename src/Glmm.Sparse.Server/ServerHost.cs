using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Glmm.Sparse.Server;

/// <summary>Puts the server together.</summary>
internal static class ServerHost
{
    /// <summary>Builds a server that has not begun.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">More configuration, such as a test's.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = args,
            // Where appsettings.json lies, from wherever the server is started.
            ContentRootPath = AppContext.BaseDirectory,
        });
        configure?.Invoke(builder);
        builder.Services.AddOptions<ServerSettings>().BindConfiguration(ServerSettings.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        ServerSettings settings =
            builder.Configuration.GetSection(ServerSettings.Section).Get<ServerSettings>() ?? new ServerSettings();
        AddLimits(builder, settings);
        builder.Services.ConfigureHttpJsonOptions(static options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ServerJson.Default);
            options.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
        });
        builder.Services.AddOpenApi();
        builder.Services.AddSingleton<ServerMetrics>().AddSingleton<MetricsText>();
        builder.Services.AddSingleton<ModelStore>().AddSingleton<Predictions>().AddSingleton<FitQueue>();
        builder.Services.AddHostedService<FitWorkers>();
        builder.Services.AddHealthChecks()
            .AddCheck<ReadyCheck>("models", tags: ["ready"]);

        WebApplication server = builder.Build();
        // Made now, so that nothing is counted before someone listens.
        server.Services.GetRequiredService<MetricsText>();
        ModelStore models = server.Services.GetRequiredService<ModelStore>();
        server.Services.GetRequiredService<ServerMetrics>()
            .Watch("glmm.server.models.loaded", "Models in memory.", () => models.LoadedCount);
        server.UseStatusCodePages(static context => Problems.WriteStatus(context.HttpContext));
        server.UseRequestTimeouts();
        server.Use(Problems.Catch);
        server.UseRateLimiter();
        server.MapOpenApi();
        server.MapHealthChecks("/health/live", new() { Predicate = static _ => false });
        server.MapHealthChecks("/health/ready", new() { Predicate = static check => check.Tags.Contains("ready") });
        Endpoints.Map(server);
        return server;
    }

    private static void AddLimits(WebApplicationBuilder builder, ServerSettings settings)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.MaxPredictionBytes;
            kestrel.Limits.MaxConcurrentConnections = settings.MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, TimeSpan.FromSeconds(5));
        });
        builder.Services.AddRequestTimeouts(options => options.DefaultPolicy = new()
        {
            Timeout = TimeSpan.FromSeconds(settings.RequestSeconds),
            TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
        });
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            options.OnRejected = static (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "1";
                return new ValueTask(Problems.Write(
                    context.HttpContext, StatusCodes.Status503ServiceUnavailable,
                    "The server has as many requests as it works on; try again in a second."));
            };
            options.AddConcurrencyLimiter(Endpoints.PredictionLimit, limiter =>
            {
                limiter.PermitLimit = settings.MaxConcurrentPredictions;
                limiter.QueueLimit = settings.PredictionQueue;
            });
        });
    }

    /// <summary>The folder of models is there.</summary>
    private sealed class ReadyCheck(ModelStore models) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
                models.IsReady
                    ? HealthCheckResult.Healthy()
                    : HealthCheckResult.Unhealthy("The folder of models is not there."));
    }
}
