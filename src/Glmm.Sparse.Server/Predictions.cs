using System.Diagnostics;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Microsoft.Extensions.Options;

namespace Glmm.Sparse.Server;

/// <summary>Predictions, and clusters after new rows: stateless, whatever a request learns is its own.</summary>
internal sealed class Predictions(ModelStore models, ServerMetrics metrics, IOptions<ServerSettings> settings)
{
    private readonly ServerSettings _settings = settings.Value;

    /// <summary>Predicts the rows of the body.</summary>
    public async Task Predict(HttpContext context, string name)
    {
        long start = Stopwatch.GetTimestamp();
        ServedModel model = models.Get(name);
        PredictionBody body = await Read(context, model, folds: false);
        PredictionTable predictions = model.Model.Predict(body.Rows!, body.Options);
        PredictionWriter.Write(context.Response, model, predictions);
        metrics.Predicted(predictions.Count, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>What the rows of the body say of one cluster; the model stays as it is.</summary>
    public async Task Condition(HttpContext context, string name, string cluster)
    {
        long start = Stopwatch.GetTimestamp();
        ServedModel model = models.Get(name);
        PredictionBody body = await Read(context, model, folds: true);
        FittedModel fitted = model.Model.Fitted;
        bool known = fitted.TryFindCluster(cluster, out int code);
        ClusterPosterior before = known ? fitted.Posterior(code) : fitted.Prior;
        ClusterPosterior posterior = model.Model.Condition(body.Rows!, before);
        PredictionTable? predictions = body.Predict is null
            ? null
            : model.Model.Predict(body.Predict, posterior, body.Options);
        PredictionWriter.Write(context.Response, model, cluster, known, posterior, predictions);
        metrics.Conditioned(body.Rows!.RowCount, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>A new model: this one with what the rows of the body say of their clusters.</summary>
    public async Task<IResult> FoldIn(HttpContext context, string name, string? save)
    {
        if (save is null)
        {
            throw RequestException.Bad(
                "Say under which name the new model is saved, as in ?save=NAME; to learn of one cluster without saving "
                + $"anything, post its rows to /models/{name}/clusters/LABEL.");
        }

        if (models.Exists(ModelName.Check(save))) throw ModelStore.Taken(save);
        ServedModel model = models.Get(name);
        PredictionBody body = await Read(context, model, folds: true);
        if (body.Predict is not null)
        {
            throw RequestException.Bad(
                "Rows to \"predict\" belong to /models/NAME/clusters/LABEL, or to the new model's predictions.");
        }

        models.Add(save, model.Model.WithRows(body.Rows!));
        ServedModel made = models.Get(save);
        return TypedResults.Created($"/models/{save}", ModelDocument.Of(made));
    }

    private ValueTask<PredictionBody> Read(HttpContext context, ServedModel model, bool folds) => RequestBody.Read(
        context.Request, _settings.MaxPredictionBytes, static (json, how) => PredictionBody.Read(json, how),
        (model, _settings.MaxRows, folds));
}
