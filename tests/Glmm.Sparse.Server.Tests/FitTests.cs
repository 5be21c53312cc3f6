using System.Net;
using System.Text.Json;
using Glmm.Sparse.Persistence;
using NUnit.Framework;

namespace Glmm.Sparse.Server.Tests;

/// <summary>Fits as jobs: bounded, cancellable, and their models are those of the library.</summary>
internal sealed class FitTests
{
    private static readonly (string, string) ManyNodes = ("MaxQuadratureNodes", "8000");

    [Test]
    public async Task AFitOfAFileOfTextAndOfColumnsIsThatOfTheLibrary()
    {
        await using RunningServer server = await RunningServer.Start();
        string csv = JsonSerializer.Serialize(await File.ReadAllTextAsync(RunningServer.EpilFile));
        string[] lines = await File.ReadAllLinesAsync(RunningServer.EpilFile);
        string[] names = lines[0].Split(',');
        string columns = string.Join(",", names.Select((name, at) => $"\"{name}\": [" + string.Join(
            ",", lines.Skip(1).Select(line => name == "trt" ? $"\"{line.Split(',')[at]}\"" : line.Split(',')[at])) + "]"));
        string[] data = ["""{"path": "epil.csv"}""", $$"""{"csv": {{csv}}}""", $$$"""{"columns": {{{{columns}}}}}"""];
        for (int source = 0; source < data.Length; source++)
        {
            string body = $$"""
                {"name": "fit-{{source}}", "formula": "{{RunningServer.EpilFormula}}", "family": "poisson",
                 "data": {{data[source]}}}
                """;
            (HttpStatusCode status, JsonElement job) = await server.Post("/fits", body);
            Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted));
            JsonElement ended = await server.WaitFor(job.GetProperty("id").GetString()!, "succeeded", "failed");
            Assert.That(ended.GetProperty("message").GetString(), Is.Null);
            Assert.That(ended.GetProperty("fit").GetProperty("converged").GetBoolean(), Is.True);
            Assert.That(ended.GetProperty("iteration").GetInt32(), Is.Positive);
            var model = GlmmModel.Load(Path.Combine(server.ModelFolder, $"fit-{source}.model"));
            Assert.That(
                model.Fitted.FixedEffects.ToArray(), Is.EqualTo(RunningServer.Epil.Fitted.FixedEffects.ToArray()));
        }
    }

    [Test]
    public async Task WhatTheUserCanMendIsTheMessageOfAFailedFitAndNoModelIsLeft()
    {
        await using RunningServer server = await RunningServer.Start();
        (_, JsonElement job) = await server.Post("/fits", """
            {"name": "wrong", "formula": "y ~ lbas + (1 | subject)", "family": "poisson", "data": {"path": "epil.csv"} }
            """);
        JsonElement ended = await server.WaitFor(job.GetProperty("id").GetString()!, "succeeded", "failed");
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo("failed"));
        Assert.That(ended.GetProperty("message").GetString(), Does.Contain("did you mean 'lbase'?"));
        Assert.That(Directory.GetFiles(server.ModelFolder).Select(Path.GetFileName), Is.EqualTo(new[] { "epil.model" }));
    }

    [Test]
    public async Task CancellingARunningFitFreesItsWorkerAndItsName()
    {
        await using RunningServer server = await RunningServer.Start(ManyNodes);
        string slow = await Add(server, Slow("slow"));
        await server.WaitFor(slow, "running");
        string quick = await Add(server, Quick("quick"));
        Assert.That((await server.Get($"/fits/{quick}")).Body.GetProperty("state").GetString(), Is.EqualTo("queued"));
        (HttpStatusCode status, _) = await server.Send(HttpMethod.Delete, $"/fits/{slow}");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted));
        await server.WaitFor(slow, "cancelled");
        await server.WaitFor(quick, "succeeded");
        string again = await Add(server, Quick("slow"));
        await server.WaitFor(again, "succeeded");
        await server.AssertAlive();
    }

    [Test]
    public async Task FitsBeyondTheWorkersWaitAndBeyondTheQueueAreRefused()
    {
        await using RunningServer server = await RunningServer.Start(ManyNodes, ("Workers", "2"), ("FitQueue", "2"));
        var ids = new List<string>();
        for (int fit = 0; fit < 4; fit++) ids.Add(await Add(server, Slow($"slow-{fit}")));
        await server.WaitFor(ids[0], "running");
        await server.WaitFor(ids[1], "running");
        (HttpStatusCode full, JsonElement problem) = await server.Post("/fits", Slow("slow-4"));
        Assert.That(full, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("try again later"));
        Assert.That((await server.Get($"/fits/{ids[2]}")).Body.GetProperty("state").GetString(), Is.EqualTo("queued"));

        // One that waits leaves its place at once.
        await server.Send(HttpMethod.Delete, $"/fits/{ids[3]}");
        ids.Add(await Add(server, Slow("slow-4")));
        await server.AssertAlive();
        foreach (string id in ids) await server.Send(HttpMethod.Delete, $"/fits/{id}");
        foreach (string id in ids) await server.WaitFor(id, "cancelled");
    }

    [Test]
    public async Task ANameIsPromisedToOneFitAndNeverOverwritten()
    {
        await using RunningServer server = await RunningServer.Start(ManyNodes);
        string slow = await Add(server, Slow("same"));
        Assert.That((await server.Post("/fits", Quick("same"))).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await server.Post("/fits", Quick("epil"))).Status, Is.EqualTo(HttpStatusCode.Conflict));
        await server.Send(HttpMethod.Delete, $"/fits/{slow}");
    }

    [Test]
    public async Task StoppingCancelsWhatRunsAndWhatWaits()
    {
        await using RunningServer server = await RunningServer.Start(ManyNodes);
        string running = await Add(server, Slow("running"));
        string waiting = await Add(server, Slow("waiting"));
        await server.WaitFor(running, "running");
        FitJob[] jobs = [server.Queue.Get(running), server.Queue.Get(waiting)];
        await server.Stop();
        Assert.That(jobs.Select(static job => job.State), Is.All.EqualTo(FitState.Cancelled));
        Assert.That(Directory.GetFiles(server.ModelFolder).Select(Path.GetFileName), Is.EqualTo(new[] { "epil.model" }));
    }

    [Test]
    public async Task MoreNodesThanAServerTakesAreRefusedWithHowManyItTakes()
    {
        await using RunningServer server = await RunningServer.Start();
        string id = await Add(server, Slow("nodes"));
        JsonElement ended = await server.WaitFor(id, "succeeded", "failed");
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo("failed"));
        Assert.That(ended.GetProperty("message").GetString(), Does.Contain("8,000").And.Contain("Ask for 10 nodes"));
    }

    [Test]
    public async Task AFitMayHaveAsManyThreadsAsTheServerAllowsAndTheSameBits()
    {
        await using RunningServer server = await RunningServer.Start(("ThreadsPerFit", "2"));
        foreach (int threads in new[] { 0, 3, -1 })
        {
            (HttpStatusCode status, JsonElement problem) = await server.Post("/fits", WithThreads("many", threads));
            Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("'threads' must be from 1 to 2"));
        }

        foreach (int threads in new[] { 1, 2 })
        {
            string id = await Add(server, WithThreads($"fit-{threads}", threads));
            await server.WaitFor(id, "succeeded");
            var model = GlmmModel.Load(Path.Combine(server.ModelFolder, $"fit-{threads}.model"));
            Assert.That(
                model.Fitted.FixedEffects.ToArray(), Is.EqualTo(RunningServer.Epil.Fitted.FixedEffects.ToArray()));
        }
    }

    private static string WithThreads(string name, int threads) => $$"""
        {"name": "{{name}}", "formula": "{{RunningServer.EpilFormula}}", "family": "poisson", "threads": {{threads}},
         "data": {"path": "epil.csv"} }
        """;

    /// <summary>A fit of many seconds: 8,000 nodes for each cluster.</summary>
    private static string Slow(string name) => $$"""
        {"name": "{{name}}", "formula": "y ~ lbase + lage + (1 + period + V4 | subject)", "family": "poisson",
         "method": "aghq", "nodes": 20, "data": {"path": "epil.csv"} }
        """;

    private static string Quick(string name) => $$"""
        {"name": "{{name}}", "formula": "y ~ lbase + (1 | subject)", "family": "poisson", "data": {"path": "epil.csv"} }
        """;

    private static async Task<string> Add(RunningServer server, string body)
    {
        (HttpStatusCode status, JsonElement job) = await server.Post("/fits", body);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted), $"{job}");
        return job.GetProperty("id").GetString()!;
    }
}
