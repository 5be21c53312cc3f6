# Simulates the data sets of this folder: a model each as plain numbers, in the columns of Reference/designs.
# Run in this folder: `Rscript simulate.R`. Numbers are rounded, so that the file is the data exactly.
clusters <- 60
alpha <- c(0.4, 0.5, -0.3)

simulate <- function(name, seed, sd, correlation, draw, scale = 1) {
  set.seed(seed)
  cluster <- rep(seq_len(clusters) - 1, times = sample(5:15, clusters, replace = TRUE))
  n <- length(cluster)
  group <- rbinom(clusters, 1, 0.5)[cluster + 1]
  time <- round(runif(n, -1, 1), 3)
  X <- cbind(1, time, group)
  Z <- X[, seq_along(sd), drop = FALSE]
  D <- diag(sd, length(sd)) %*% (if (length(sd) == 1) 1 else matrix(c(1, correlation, correlation, 1), 2)) %*% diag(sd, length(sd))
  b <- matrix(rnorm(clusters * length(sd)), clusters) %*% chol(D)
  eta <- scale * drop(X %*% alpha) + rowSums(Z * b[cluster + 1, , drop = FALSE])
  data <- data.frame(y = draw(eta), weight = 1, offset = 0, cluster = cluster, X, Z)
  colnames(data)[-(1:4)] <- c(paste0("X:", c("(Intercept)", "time", "group")),
                              paste0("Z:", c("(Intercept)", "time"))[seq_along(sd)])
  data <- data[sample(n), ] # not sorted by cluster
  write.csv(data, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

beta <- function(precision) function(eta) {
  mu <- plogis(eta)
  pmin(pmax(round(rbeta(length(mu), mu * precision, (1 - mu) * precision), 6), 1e-6), 1 - 1e-6)
}
gamma <- function(phi) function(eta) signif(rgamma(length(eta), shape = 1 / phi, scale = phi * exp(eta)), 6)
nbinom2 <- function(theta) function(eta) rnbinom(length(eta), size = theta, mu = exp(eta))
nbinom1 <- function(phi) function(eta) rnbinom(length(eta), size = exp(eta) / phi, mu = exp(eta))

simulate("beta_ri", 1, 0.7, NA, beta(8))
simulate("beta_rs", 2, c(0.7, 0.5), -0.4, beta(5))
simulate("gamma_log_rs", 3, c(0.5, 0.4), 0.3, gamma(0.4))
simulate("nbinom1_rs", 4, c(0.6, 0.5), 0.5, nbinom1(1.5), scale = 2)
simulate("nbinom2_rs", 5, c(0.6, 0.5), -0.3, nbinom2(2), scale = 2)
