using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Server.Tests;

/// <summary>No request takes the server down, and none that is wrong is taken for a defect.</summary>
internal sealed class RobustnessTests
{
    private const string Row = """{"lbase": 0.1, "trt": "placebo", "lage": 0, "V4": 0, "subject": 1}""";
    private const string Body = $$"""{"rows": [{{Row}}], "level": 0.9, "interval": "confidence"}""";

    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await RunningServer.Start(
        ("MaxRows", "100"), ("MaxPredictionBytes", "20000"), ("MaxFitBytes", "40000"), ("RequestSeconds", "1"));

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TearDown]
    public Task StillAlive() => _server.AssertAlive();

    [TestCase("", "JSON")]
    [TestCase("[]", "object")]
    [TestCase("null", "object")]
    [TestCase("{", "JSON")]
    [TestCase("{}", "no \"rows\"")]
    [TestCase("""{"rows": 1}""", "array")]
    [TestCase("""{"rows": [1]}""", "Row 1 is no object")]
    [TestCase("""{"rows": [{}], "rows": [{}]}""", "twice")]
    [TestCase("""{"rows": [{"lbase": 1, "lbase": 2}]}""", "Row 1 has the column 'lbase' twice")]
    [TestCase("""{"rows": [{"lbas": 1, "trt": "placebo", "lage": 0, "V4": 0, "subject": 1}]}""", "no column 'lbase'")]
    [TestCase("""{"rows": [{"lbase": "x", "trt": "placebo"}]}""", "Column 'lbase' holds the text 'x' in row 1")]
    [TestCase("""{"rows": [{"lbase": true}]}""", "Column 'lbase' holds a truth value")]
    [TestCase("""{"rows": [{"lbase": [1]}]}""", "Column 'lbase' holds an array or object")]
    [TestCase("""{"rows": [{"lbase": 1e999}]}""", "Column 'lbase' holds the number 1e999")]
    [TestCase("""{"rows": [{"lbase": 0, "trt": "none", "lage": 0, "V4": 0, "subject": 1}]}""", "'none' in row 1")]
    [TestCase("""{"rows": [{"lbase": 0, "trt": "placebo", "lage": 0, "V4": 0}], "level": 2, "by_cluster": false}""", "level")]
    [TestCase("""{"rows": [], "level": "x"}""", "'level' is a number")]
    [TestCase("""{"rows": [], "target": "mean"}""", "'target' is one of")]
    [TestCase("""{"rows": [], "targett": 1}""", "no option 'targett'")]
    [TestCase("""{"rows": [], "predict": []}""", "no option 'predict'")]
    [TestCase("""{"rows": []} {}""", "JSON")]
    public async Task AWrongBodyIsRefusedInWords(string body, string words)
    {
        (HttpStatusCode status, JsonElement problem) = await _server.Post("/models/epil/predictions", body);
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(words));
    }

    [Test]
    public async Task DeepNestingIsRefused()
    {
        string deep = $$"""{"rows": [{"other": {{new string('[', 5000)}}{{new string(']', 5000)}} }]}""";
        Assert.That((await _server.Post("/models/epil/predictions", deep)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task TooManyBytesOrRowsAreRefused()
    {
        string rows = string.Join(",", Enumerable.Repeat(Row, 101));
        string bytes = $$"""{"rows": [{{Row}}], "level": {{new string(' ', 20_000)}} 0.9}""";
        foreach (string body in new[] { $$"""{"rows": [{{rows}}]}""", bytes })
        {
            (HttpStatusCode status, JsonElement problem) = await _server.Post("/models/epil/predictions", body);
            Assert.That(status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
            Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(413));
        }

        string fit = $$"""{"name": "big", "data": {"csv": "{{new string('x', 50_000)}}"} }""";
        Assert.That((await _server.Post("/fits", fit)).Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task ABodyWithoutALengthIsMeasuredAsItComes()
    {
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(new string(' ', 30_000))));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/models/epil/predictions") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage answer = await _server.Client.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task ABodyThatDoesNotComeIsGivenUp()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Client.BaseAddress!.Host, _server.Client.BaseAddress.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            "POST /models/epil/predictions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"rows\""u8.ToArray());
        byte[] buffer = new byte[4096];
        int read = await stream.ReadAsync(buffer);
        string answer = Encoding.ASCII.GetString(buffer, 0, read);
        Assert.That(answer, Does.StartWith("HTTP/1.1 504").Or.StartWith("HTTP/1.1 408"));
    }

    [TestCase("/models/none")]
    [TestCase("/nowhere")]
    [TestCase("/fits/0")]
    public async Task WhatThereIsNotIsNotFound(string path)
    {
        (HttpStatusCode status, JsonElement problem) = await _server.Get(path);
        Assert.That(status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(problem.GetProperty("detail").GetString(), Is.Not.Empty);
    }

    [TestCase("..%2f..%2fepil")]
    [TestCase("%2e%2e%2fepil")]
    [TestCase("..%5cepil")]
    [TestCase(".hidden")]
    [TestCase("a%00b")]
    [TestCase("%ff%fe")]
    public async Task ANameThatLeadsElsewhereIsNone(string name)
    {
        (HttpStatusCode status, _) = await _server.Get($"/models/{name}");
        Assert.That(status, Is.AnyOf(HttpStatusCode.BadRequest, HttpStatusCode.NotFound));
    }

    [TestCase("../models/epil.model")]
    [TestCase("/etc/passwd")]
    [TestCase("sub/../../models/epil.model")]
    [TestCase("link.csv")]
    [TestCase("linked/epil.model")]
    [TestCase("")]
    [TestCase("none.csv")]
    [TestCase(".")]
    public async Task DataOutsideTheFolderAreNotThere(string path)
    {
        string link = Path.Combine(_server.DataFolder, "link.csv"), folder = Path.Combine(_server.DataFolder, "linked");
        if (!File.Exists(link)) File.CreateSymbolicLink(link, Path.Combine(_server.ModelFolder, "epil.model"));
        if (!Directory.Exists(folder)) Directory.CreateSymbolicLink(folder, _server.ModelFolder);
        (HttpStatusCode status, JsonElement problem) = await _server.Post("/fits", $$"""
            {"name": "m", "formula": "y ~ 1 + (1 | id)", "family": "poisson", "data": {"path": "{{path}}"} }
            """);
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("There is no file"));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Not.Contain(_server.DataFolder));
    }

    [TestCase("{}", "name")]
    [TestCase("null", "null")]
    [TestCase("""{"name": 1}""", "name")]
    [TestCase("""{"name": "../x", "formula": "y ~ 1 + (1 | g)", "family": "poisson", "data": {"csv": ""}}""", "model's name")]
    [TestCase("""{"name": "x", "formula": "y ~", "family": "poisson", "data": {"csv": ""}}""", "y ~")]
    [TestCase("""{"name": "x", "formula": "y ~ 1 + (1 | g)", "family": "weird", "data": {"csv": ""}}""", "weird")]
    [TestCase("""{"name": "x", "formula": "y ~ 1 + (1 | g)", "family": "poisson", "data": {}}""", "one of")]
    [TestCase("""{"name": "x", "formula": "y ~ 1 + (1 | g)", "family": "poisson", "metod": 1, "data": {}}""", "metod")]
    [TestCase("""{"name": "x", "formula": "y ~ 1 + (1 | g)", "family": "poisson", "method": "lme", "data": {"csv": ""}}""", "pql")]
    [TestCase("""{"name": "x", "formula": "y ~ 1 + (1 | g)", "family": "poisson", "threads": 999, "data": {"csv": ""}}""", "threads")]
    [TestCase("""{"name": "x", "formula": "y ~ 1 + (1 | g)", "family": "poisson", "data": {"columns": {"y": [1, "a"]}}}""", "'y' holds \"a\" in row 2")]
    public async Task AWrongFitIsRefusedInWords(string body, string words)
    {
        (HttpStatusCode status, JsonElement problem) = await _server.Post("/fits", body);
        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(words));
    }

    [Test]
    public async Task AModelFileThatIsNoneIsAProblemOfItsOwnAlone()
    {
        await File.WriteAllTextAsync(Path.Combine(_server.ModelFolder, "broken.model"), "{\"schema\": \"glmm.model/1\"");
        (HttpStatusCode status, JsonElement problem) = await _server.Post("/models/broken/predictions", Body);
        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Not.Contain(_server.ModelFolder));
        Assert.That((await _server.Post("/models/epil/predictions", Body)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task AThousandMutationsOfABodyAreAnsweredOrRefused()
    {
        var random = new Random(20261124);
        byte[] original = Encoding.UTF8.GetBytes(Body);
        var found = new HashSet<HttpStatusCode>();
        for (int mutation = 0; mutation < 1_000; mutation++)
        {
            byte[] body = Mutate(original, random);
            string path = mutation % 3 == 0 ? "/models/epil/clusters/1" : "/models/epil/predictions";
            using var content = new ByteArrayContent(body);
            using HttpResponseMessage answer =
                await _server.Client.PostAsync(new Uri(path, UriKind.Relative), content);
            found.Add(answer.StatusCode);
            Assert.That((int)answer.StatusCode, Is.EqualTo(200).Or.EqualTo(400), Encoding.UTF8.GetString(body));
        }

        Assert.That(found, Is.EquivalentTo(new[] { HttpStatusCode.OK, HttpStatusCode.BadRequest }));
    }

    /// <summary>Some bytes changed, taken out, doubled or cut off.</summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        var body = original.ToList();
        for (int change = random.Next(1, 4); change > 0 && body.Count > 1; change--)
        {
            int at = random.Next(body.Count), length = random.Next(1, Math.Min(20, body.Count - at + 1));
            switch (random.Next(4))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(length, body.Count - at));
                    break;
                case 2:
                    body.InsertRange(at, body.Skip(at).Take(length).ToArray());
                    break;
                default:
                    body[at] = "{}[]\",:0-e."u8[random.Next(11)];
                    break;
            }
        }

        return [.. body];
    }
}
