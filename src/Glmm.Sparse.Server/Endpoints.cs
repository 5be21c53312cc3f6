using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Glmm.Sparse.Server;

/// <summary>What can be asked for, and where.</summary>
internal static class Endpoints
{
    /// <summary>The limit on how many requests for predictions are worked on at once.</summary>
    public const string PredictionLimit = "predictions";

    private const string Json = "application/json";

    public static void Map(WebApplication server)
    {
        RouteGroupBuilder models = server.MapGroup("/models").WithTags("models");
        models.MapGet("", static (ModelStore store) => TypedResults.Ok(new ModelListDocument([.. store.Names])))
            .WithSummary("The models that there are").Produces<ModelListDocument>();
        models.MapGet(
                "/{name}",
                static (string name, ModelStore store) => TypedResults.Ok(ModelDocument.Of(store.Get(name))))
            .WithSummary("What a model is").Produces<ModelDocument>().ProducesProblem(404);
        models.MapPost("/{name}/predictions", static (HttpContext context, string name, Predictions predictions) =>
                predictions.Predict(context, name))
            .WithSummary("Predictions of rows")
            .WithDescription("{\"rows\": [{\"x\": 1, \"id\": \"a\"}, …]}, with target (conditional-mean, "
                + "linear-predictor, population-mean), interval (confidence, prediction, none), level, by_cluster, "
                + "new_clusters, unseen_levels and unseen_clusters (error, population).")
            .Accepts<JsonElement>(Json).Produces(200, contentType: Json).ProducesProblem(400).ProducesProblem(413)
            .ProducesProblem(503).RequireRateLimiting(PredictionLimit);
        models.MapPost(
                "/{name}/clusters/{cluster}",
                static (HttpContext context, string name, string cluster, Predictions predictions) =>
                    predictions.Condition(context, name, cluster))
            .WithSummary("A cluster after rows of it: its random effects, and predictions if asked")
            .WithDescription("{\"rows\": [rows with their responses], \"predict\": [rows]}, and the options of "
                + "predictions. The model stays as it is.")
            .Accepts<JsonElement>(Json).Produces(200, contentType: Json).ProducesProblem(400).ProducesProblem(413)
            .ProducesProblem(503).RequireRateLimiting(PredictionLimit);
        models.MapPost(
                "/{name}/clusters",
                static (HttpContext context, string name, [FromQuery] string? save, Predictions predictions) =>
                    predictions.FoldIn(context, name, save))
            .WithSummary("A new model: this one with rows folded into their clusters, saved under another name")
            .Accepts<JsonElement>(Json).Produces<ModelDocument>(201).ProducesProblem(400).ProducesProblem(409)
            .RequireRateLimiting(PredictionLimit);

        RouteGroupBuilder fits = server.MapGroup("/fits").WithTags("fits");
        fits.MapPost("", AddFit)
            .WithSummary("A fit as a job; its model is saved under the name given")
            .Accepts<FitBody>(Json).Produces<FitJobDocument>(202).ProducesProblem(400).ProducesProblem(409)
            .ProducesProblem(413).ProducesProblem(429)
            .WithMetadata(new RequestSizeLimitAttribute(
                server.Services.GetRequiredService<IOptions<ServerSettings>>().Value.MaxFitBytes));
        fits.MapGet("", static (FitQueue queue) => TypedResults.Ok(queue.List()))
            .WithSummary("The jobs, the newest first").Produces<FitListDocument>();
        fits.MapGet("/{id}", static (string id, FitQueue queue) => TypedResults.Ok(queue.Get(id).Document))
            .WithSummary("How far a fit is").Produces<FitJobDocument>().ProducesProblem(404);
        fits.MapDelete("/{id}", static (string id, FitQueue queue) =>
            {
                FitJob job = queue.Get(id);
                queue.Cancel(job);
                return TypedResults.Accepted($"/fits/{id}", job.Document);
            })
            .WithSummary("Cancels a fit, within one pass over its data").Produces<FitJobDocument>(202)
            .ProducesProblem(404);

        server.MapGet(
                "/metrics",
                static (MetricsText text) => TypedResults.Text(text.Write(), "text/plain; version=0.0.4"))
            .WithTags("operation").WithSummary("Counts and times as Prometheus reads them");
    }

    private static async Task<IResult> AddFit(HttpContext context, FitQueue queue, IOptions<ServerSettings> settings)
    {
        ServerSettings limits = settings.Value;
        FitRequest request = await RequestBody.Read(
            context.Request, limits.MaxFitBytes, static (json, limits) => FitRequest.Of(Parse(json), limits), limits);
        FitJob job = queue.Add(request);
        return TypedResults.Accepted($"/fits/{job.Id}", job.Document);
    }

    private static FitBody Parse(ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestBody.MostDepth });
        FitBody body = JsonSerializer.Deserialize(ref reader, ServerJson.Default.FitBody)
            ?? throw RequestException.Bad("The body is null; give an object with name, formula, family and data.");
        return reader.Read() ? throw RequestException.Bad("Something follows the body's object; leave it out.") : body;
    }
}
