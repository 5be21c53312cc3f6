using System.Net;
using System.Text;
using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Glmm.Sparse.Server.Tests;

/// <summary>A server on a free port of the loopback, over folders of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string EpilFormula = "y ~ lbase*trt + lage + V4 + (1 | subject)";

    private static readonly Lazy<GlmmModel> s_epil = new(FitEpil);

    private readonly DirectoryInfo _folder;
    private readonly WebApplication _server;

    private RunningServer(DirectoryInfo folder, WebApplication server, Uri address)
    {
        (_folder, _server) = (folder, server);
        Client = new HttpClient { BaseAddress = address };
    }

    /// <summary>The model `epil` that every server here has.</summary>
    public static GlmmModel Epil => s_epil.Value;

    public HttpClient Client { get; }

    public string ModelFolder => Path.Combine(_folder.FullName, "models");

    public string DataFolder => Path.Combine(_folder.FullName, "data");

    public static string EpilFile => Path.Combine(FindRoot(), "data", "epil.csv");

    public static async Task<RunningServer> Start(params (string Setting, string Value)[] settings)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("glmm-server-test-");
        string models = folder.CreateSubdirectory("models").FullName;
        string data = folder.CreateSubdirectory("data").FullName;
        File.Copy(EpilFile, Path.Combine(data, "epil.csv"));
        Epil.Save(Path.Combine(models, "epil.model"));
        WebApplication server = ServerHost.Build(["--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(
                [new("Glmm:ModelDirectory", models), new("Glmm:DataDirectory", data)]);
            builder.Configuration.AddInMemoryCollection(settings.Select(
                static pair => new KeyValuePair<string, string?>($"Glmm:{pair.Setting}", pair.Value)));
        });
        await server.StartAsync();
        string address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return new RunningServer(folder, server, new Uri(address));
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> Post(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        // A body that is refused for its length is not sent: the answer could be lost in the connection's end.
        request.Headers.ExpectContinue = json.Length > 10_000;
        using HttpResponseMessage answer = await Client.SendAsync(request);
        return (answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync()));
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> Send(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using HttpResponseMessage answer = await Client.SendAsync(request);
        return (answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync()));
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> Get(string path) => Send(HttpMethod.Get, path);

    /// <summary>Waits until a fit is in one of some states.</summary>
    public async Task<JsonElement> WaitFor(string id, params string[] states)
    {
        while (true)
        {
            (_, JsonElement job) = await Get($"/fits/{id}");
            if (states.Contains(job.GetProperty("state").GetString())) return job;
            await Task.Delay(10);
        }
    }

    /// <summary>The server still answers.</summary>
    public async Task AssertAlive()
    {
        using HttpResponseMessage answer = await Client.GetAsync(new Uri("/health/live", UriKind.Relative));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    /// <summary>Stops it as a signal would.</summary>
    public Task Stop() => _server.StopAsync();

    public FitQueue Queue => _server.Services.GetRequiredService<FitQueue>();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static JsonElement Parse(string text) =>
        text.StartsWith('{') ? JsonDocument.Parse(text).RootElement.Clone() : default;

    private static GlmmModel FitEpil()
    {
        ColumnTable table = CsvTable.Read(EpilFile);
        ModelFrame frame = ModelFrame.Create(
            table, EpilFormula, Family.Poisson, new ModelFrameOptions { RowOrder = RowOrder.Canonical });
        return GlmmModel.Create(Pql.Fit(frame.Design, Family.Poisson), frame);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Glmm.Sparse.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above holds Glmm.Sparse.sln.");
        return folder.FullName;
    }
}
